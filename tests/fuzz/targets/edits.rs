//! Any sequence of edits in the files of a tree: in the end the index says what one says that was made from the final
//! texts. An edit is four bytes (which file, where, how much goes, how much comes) and the text that comes.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut world = fuzz::tree();
    let mut rest = data;
    while let [which, start, length, inserted, after @ ..] = rest {
        let (inserted, after) = after.split_at(usize::from(*inserted).min(after.len()));
        rest = after;
        let Ok(inserted) = str::from_utf8(inserted) else { continue };
        let which = usize::from(*which);
        let text = fuzz::texts(&world.snapshot())[which % fuzz::PATHS.len()].to_string();
        let boundary = |at: usize| {
            (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
        };
        let start = boundary(usize::from(*start) * (text.len() / 256 + 1));
        let end = boundary(start + usize::from(*length)).max(start);
        let edited = format!("{}{inserted}{}", &text[..start], &text[end..]);
        world.apply(vec![fuzz::change(which, &edited)]);
    }
    let texts = fuzz::texts(&world.snapshot());
    let mut fresh = fuzz::empty_tree();
    fresh.apply(texts.iter().enumerate().map(|(index, text)| fuzz::change(index, text)).collect());
    assert_eq!(fuzz::findings(&world.snapshot()), fuzz::findings(&fresh.snapshot()));
});
