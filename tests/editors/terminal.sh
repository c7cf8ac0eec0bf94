# Sourced: a terminal of its own that a test types into and looks at. Needs tmux and $output; what was on
# the screen at each step stays there as STEP.txt.

command -v tmux >/dev/null || fail "tmux is missing"
tmux="tmux -L hyper-nixos-ls-$$ -f /dev/null"
trap '$tmux kill-server 2>/dev/null; rm -rf "$scratch"' EXIT
patience=${PATIENCE:-60} # seconds that anything on the screen may take
step=0
rm -f "$output"/*.txt

# start COMMAND: runs it in a new terminal; `ended STATUS` appears when it is over.
start() {
  $tmux new-session -d -x 120 -y 40 "$1; echo ended \$?; exec cat"
}

# keys KEY…: tmux's names of keys.
keys() {
  $tmux send-keys "$@"
}

# typing TEXT: all at once.
typing() {
  # A semicolon at the end would end tmux's command.
  if [[ $1 == *';' ]]; then
    $tmux send-keys -l -- "${1%;}\;"
  else
    $tmux send-keys -l -- "$1"
  fi
}

# types TEXT: a letter at a time, as people do, each once the one before is on the screen.
types() {
  local length
  for ((length = 1; length <= ${#1}; length++)); do
    typing "${1:length-1:1}"
    # Blanks at the end of a line do not show.
    [[ ${1:length-1:1} == ' ' ]] || sees "typing ${1:0:length}" "${1:0:length}" >/dev/null
  done
  echo "ok     typing $1"
}

screen() {
  $tmux capture-pane -p
}

not_seen() {
  {
    echo "FAILED $1"
    echo "on the screen ($output):"
    screen
  } >&2
  exit 1
}

# wait_until WHAT COMMAND…: until the command succeeds.
wait_until() {
  local what=$1 deadline=$((SECONDS + patience))
  shift
  step=$((step + 1))
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < deadline)) || not_seen "$what"
    sleep 0.05
  done
  screen >"$output/$(printf %02d "$step").txt"
  echo "ok     $what"
}

shows() {
  screen | grep -qF -- "$1"
}

shows_not() {
  ! shows "$1"
}

# sees WHAT TEXT: until the text is on the screen.
sees() {
  wait_until "$1" shows "$2"
}

sees_not() {
  wait_until "$1" shows_not "$2"
}

# escapes WHAT TEXT: until that is no longer on the screen. A key behind Escape would else make Alt of it.
escapes() {
  keys Escape
  sees_not "$1" "$2"
}

# same WHAT FILE EXPECTED: until both files are the same, byte for byte.
same() {
  wait_until "$1" cmp "$2" "$3"
}

# expected FILE PATTERN TEXT: what FILE of the sample is to be with the first PATTERN replaced by TEXT.
expected() {
  python3 - "$repository/samples/hyper/$1" "$2" "$3" <<'PYTHON'
import sys
file, old, new = sys.argv[1:]
text = open(file, newline="").read()
assert old in text, f"the sample has changed: no {old!r} in {file}"
sys.stdout.write(text.replace(old, new, 1))
PYTHON
}
