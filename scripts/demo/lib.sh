# Shared by the demo scripts: a throw-away server with demo data, a clinician
# logged in, and ways to look into JSON. Source it; it cleans up when the
# script ends. BIN says where the programs are (default: built into bin/), and
# DEMO_DATA a directory that holds the demo data already.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
BIN=${BIN:-$PWD/bin}
[ -x "$BIN/server" ] || go build -trimpath -o "$BIN/" ./cmd/...

work=$(mktemp -d)
export CLINICIAN_DATA_DIR=$work/data CLINICIAN_ADDR=127.0.0.1:${PORT:-18473} CLINICIAN_LOG_LEVEL=warn
export CLINICIAN_SERVER=http://$CLINICIAN_ADDR
server_pid=
cleanup() {
	status=$?
	[ -z "$server_pid" ] || { kill "$server_pid" 2>/dev/null && wait "$server_pid" || true; }
	[ "$status" = 0 ] || { echo "FAILED (exit $status); the server said:" >&2; cat "$work/log" >&2 || true; }
	rm -rf "$work"
	exit "$status"
}
trap cleanup EXIT

say() { printf '\n# %s\n' "$*"; }
tui() { "$BIN/clinician-tui" "$@"; }

# fields NAME: every string or number of that name in the JSON on standard input.
fields() { grep -o "\"$1\":[[:space:]]*\(\"[^\"]*\"\|[0-9.][0-9.]*\)" | sed 's/^[^:]*:[[:space:]]*//; s/^"//; s/"$//'; }

# field NAME: the first of them. It reads to the end: a closed pipe is an error here.
field() { fields "$1" | sed -n 1p; }

# refuse STATUS COMMAND…: the command must end with that exit status.
refuse() {
	want=$1
	shift
	got=0
	"$@" >"$work/refused" 2>&1 || got=$?
	[ "$got" = "$want" ] || { echo "expected exit status $want, got $got: $*" >&2; cat "$work/refused" >&2; return 1; }
	sed 's/^/  /' "$work/refused"
}

# seed fills the data directory; what is there already is not made again.
seed() {
	[ -z "${DEMO_DATA:-}" ] || cp -a "$DEMO_DATA" "$CLINICIAN_DATA_DIR"
	"$BIN/server" demo-data
}

start_server() {
	"$BIN/server" >"$work/log" 2>&1 &
	server_pid=$!
	for _ in $(seq 100); do
		if tui limits >/dev/null 2>&1; then return; fi
		sleep 0.1
	done
	echo "the server did not start" >&2
	return 1
}

# login EMAIL: a session in CLINICIAN_TOKEN, as scripts without a keyring use it.
login() {
	CLINICIAN_TOKEN=$(printf 'demo-clinician-2026\n' | tui login "$1" --password-stdin --print-token | field access)
	export CLINICIAN_TOKEN
}
