#!/usr/bin/env bash
# A letter filed in the wrong chart: the check raises it, two identifiers and a
# reason move it, a tombstone stays, keys are wrapped anew.
source "$(dirname "$0")/lib.sh"

seed >/dev/null
start_server
login aria.blake@demo.invalid

say "MERTZ's letter under MOSCISKI"
right=$(tui patients --q "mertz" --json | field id)
wrong=$(tui patients --q "mosciski wanda" --json | field id)
cat >"$work/letter.txt" <<'LETTER'
Department of Oncology
Re: Ms Rosalind MERTZ   DOB: 11-Feb-1957
Dear colleague, thank you for seeing this patient. There is no evidence of metastasis.
LETTER
record=$(tui records upload "$wrong" "$work/letter.txt" --type 'Consultation Notes' --json | field file_id)
tui analyze "$record" --wait
tui records check "$record"

say "Wrong identifiers move nothing"
refuse 4 tui records move "$record" --patient "$right" --reason "misfiled" --family Nobody --born 1957
say "Two identifiers of the right patient do"
tui records move "$record" --patient "$right" --reason "filed under the wrong patient" --family Mertz --born 1957
tui records list "$right" | grep -i letter
"$BIN/server" audit list --record "$record"
"$BIN/server" audit verify
