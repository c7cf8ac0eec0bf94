//! Any text as a module of a tree: it is parsed, lowered, read and checked, and everything is asked of a place in it.
//! The first two bytes say which place.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let [low, high, text @ ..] = data else { return };
    let Ok(text) = str::from_utf8(text) else { return };
    let mut world = fuzz::tree();
    world.apply(vec![fuzz::change(1, text)]);
    let offset = usize::from(u16::from_le_bytes([*low, *high]));
    fuzz::ask_everything(&world.snapshot(), fuzz::file(1), offset);
});
