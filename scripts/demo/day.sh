#!/usr/bin/env bash
# A clinician's day from the shell: morning list, find a patient, upload a
# scan, have it read, check the values, search, follow a result, log out.
source "$(dirname "$0")/lib.sh"

say "A hospital that does not exist"
seed
start_server
login aria.blake@demo.invalid

say "08:05, the day"
tui whoami
tui today
tui appointments
tui notifications
todo=$(tui notifications --level action --json | field id)
tui notifications view "$todo"
tui notifications defer "$todo" 4h

say "Two letters find a patient"
tui patients --q cc
patient=$(tui patients --q cc --json | field id)

say "A scanned laboratory report is read"
record=$(tui records list "$patient" --json | field file_id)
tui analyze "$record" --wait
tui records text "$record" | sed -n 1,20p
tui records values "$record"

say "A value is verified, another corrected, a third rejected; nothing counts before that"
values=$(tui records values "$record" --json | fields id)
tui records verify "$record" "$(sed -n 1p <<<"$values")"
tui records correct "$record" "$(sed -n 2p <<<"$values")" --value 1.2
tui records reject "$record" "$(sed -n 3p <<<"$values")" --reason "a smudge, not a figure"
tui records values "$record"

say "A new document"
printf 'Telephone note: the patient feels well. Haemoglobin to be repeated in a week.\n' >"$work/note.txt"
tui records upload "$patient" "$work/note.txt" --type 'Progress Notes' --title 'Telephone note' --analyze --wait
tui search haemoglobin --patient "$patient"
tui jobs list
tui trends "$patient"
tui trends "$patient" haemoglobin

say "Read, and out of the unread"
tui records review "$record"
tui notifications reopen "$todo"
tui notifications ack "$todo"
tui today

say "What is not mine is not there"
refuse 4 tui patients show 99999
refuse 4 tui records show 00000000-0000-4000-8000-000000000000

say "Who did what"
"$BIN/server" audit list --patient "$patient" --limit 8
"$BIN/server" audit verify
"$BIN/server" vault check --read-data

say "17:30"
tui logout
refuse 3 tui whoami
say "The day is over"
