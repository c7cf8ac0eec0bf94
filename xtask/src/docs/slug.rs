//! What a heading is called in an address.

use std::collections::HashMap;

/// The names of one page's headings, as code hosts and mdBook make them.
#[derive(Default)]
pub struct Slugs(HashMap<String, usize>);

impl Slugs {
    /// The name of the next heading; one that was there before gets a number.
    pub fn next(&mut self, heading: &str) -> String {
        let slug = slug(heading);
        let count = self.0.entry(slug.clone()).or_default();
        *count += 1;
        match *count {
            1 => slug,
            count => format!("{slug}-{}", count - 1),
        }
    }
}

fn slug(heading: &str) -> String {
    let kept = heading.trim().to_lowercase();
    let kept = kept.chars().filter(|ch| ch.is_alphanumeric() || matches!(ch, ' ' | '-' | '_'));
    kept.map(|ch| if ch == ' ' { '-' } else { ch }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_named_as_code_hosts_do() {
        let mut slugs = Slugs::default();
        assert_eq!(slugs.next("`option-sources`"), "option-sources");
        assert_eq!(slugs.next("A newcomer's two commands"), "a-newcomers-two-commands");
        assert_eq!(slugs.next("A & b"), "a--b");
        assert_eq!(slugs.next("A & b"), "a--b-1");
    }
}
