//! Options that have been renamed, removed or merged.

use super::check;
use expect_test::expect;

#[test]
fn what_an_old_name_has_of_the_new_one() {
    check(
        r#"
{ lib, ... }:
{
  imports = [
    (lib.mkRenamedOptionModule [ "a" ] [ "b" ])
    (lib.mkChangedOptionModule [ "c" ] [ "b" ] (config: config.c))
    (lib.mkMergedOptionModule [ [ "d" ] [ "e" ] ] [ "b" ] (config: config.d))
    (lib.mkRemovedOptionModule [ "f" ] "no longer")
    (lib.doRename { from = [ "g" ]; to = [ "b" ]; visible = false; warn = false; use = x: x; })
  ];
  options.b = lib.mkOption { type = lib.types.int; };
}
"#,
        expect![[r#"
            imports inline
            imports inline
            imports inline
            imports inline
            imports inline
            imports inline
            imports inline
            declares a: ?
            declares c: unspecified value
            declares d: unspecified value
            declares e: unspecified value
            declares f: unspecified value
            declares g: ?
            declares b: signed integer
        "#]],
    );
}
