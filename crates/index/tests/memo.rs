//! A snapshot that remembers what it has answered gives the answers of one that does not.

use index::{Change, Resolved, World};
use module::OptionPath;
use test_support::Fixture;

fn tree() -> Fixture {
    Fixture::new(
        "#- modules/web.nix\n{ lib, ... }: { options.hypervisor.web.port = lib.mkOption { }; }\n\
         #- modules/other.nix\n{ }\n",
    )
}

#[test]
fn what_goes_on_from_it_forgets() {
    let fixture = tree();
    let path = OptionPath::parse("hypervisor.web.host");
    let remembering = fixture.snapshot().remembering();
    assert!(matches!(remembering.resolve(&path), Resolved::Undeclared { .. }));
    let mut world = World::of(remembering.clone());
    let text = "{ lib, ... }: { options.hypervisor.web.host = lib.mkOption { }; }";
    world.apply(vec![Change::Text { file: fixture.file("modules/other.nix"), text: text.into() }]);
    assert_eq!(world.snapshot().resolve(&path), Resolved::Option(path.clone()));
    assert!(matches!(remembering.resolve(&path), Resolved::Undeclared { .. }));
}

#[test]
fn whoever_watches_sees_what_is_looked_at() {
    let snapshot = tree().snapshot();
    let path = OptionPath::parse("hypervisor.web.port");
    let (_, looked) = snapshot.watched(|snapshot| snapshot.resolve(&path));
    let remembering = snapshot.remembering();
    remembering.resolve(&path);
    let (_, looked_again) = remembering.watched(|snapshot| snapshot.resolve(&path));
    assert!(looked.is_some());
    assert_eq!(looked, looked_again);
    let (_, looked_inside) = snapshot.watched(|snapshot| {
        let remembering = snapshot.remembering();
        remembering.resolve(&path);
        remembering.resolve(&path)
    });
    assert_eq!(looked, looked_inside);
}
