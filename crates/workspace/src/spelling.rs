/// The candidate that `word` was probably meant to be: at most a third of its letters differ (one in
/// short words), a swap of two neighbours counting once.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = (word.chars().count() / 3).max(1);
    let distance = |candidate: &str| {
        strsim::osa_distance(&word.to_ascii_lowercase(), &candidate.to_ascii_lowercase())
    };
    candidates
        .into_iter()
        .map(|candidate| (distance(candidate), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// `; did you mean …?`, or nothing when no candidate is near.
pub(crate) fn did_you_mean<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    nearest(word, candidates).map(|candidate| format!("did you mean `{candidate}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_recognised_and_strangers_are_not() {
        let keys = ["profile", "namespaces", "rules", "roots"];
        assert_eq!(nearest("profle", keys), Some("profile"));
        assert_eq!(nearest("namepsace", keys), Some("namespaces"));
        assert_eq!(nearest("Rules", keys), Some("rules"));
        assert_eq!(nearest("telemetry", keys), None);
        assert_eq!(nearest("", keys), None);
    }
}
