# Sourced by each editor's `run`: the server to test, a copy of the sample tree, and a home folder of its own.
#
#   HYPER_NIXOS_LS  the server's program (default: target/release or target/debug)
#
# What comes out: $repository, $target, $editors (where editors are installed), $output (what to look at
# after a failure), $workspace (a fresh copy of the sample).

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
target=$(realpath -m "${CARGO_TARGET_DIR:-$repository/target}")
editors=$target/editors
editor=$(basename "$(dirname "$(realpath "$0")")")
output=$target/editor-output/$editor

fail() {
  echo "tests/editors/$editor/run: $1" >&2
  exit 1
}

if [[ -z ${HYPER_NIXOS_LS:-} ]]; then
  for candidate in "$target"/{release,debug}/hyper-nixos-ls; do
    [[ -x $candidate ]] && HYPER_NIXOS_LS=$candidate && break
  done
fi
[[ -x ${HYPER_NIXOS_LS:-} ]] ||
  fail "no server to test: run \`cargo build\` or set HYPER_NIXOS_LS to the program"
HYPER_NIXOS_LS=$(realpath "$HYPER_NIXOS_LS")
export HYPER_NIXOS_LS

# The tests edit and save, so they work on a copy; the editor's own files stay in there, too.
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cp -R "$repository/samples/hyper" "$scratch/hyper"
workspace=$scratch/hyper
mkdir -p "$scratch/home" "$scratch/bin" "$output"
ln -s "$HYPER_NIXOS_LS" "$scratch/bin/hyper-nixos-ls"
export HOME=$scratch/home PATH=$scratch/bin:$PATH
export XDG_CONFIG_HOME=$HOME/.config XDG_STATE_HOME=$HOME/.local/state
export XDG_DATA_HOME=$HOME/.local/share XDG_CACHE_HOME=$HOME/.cache
