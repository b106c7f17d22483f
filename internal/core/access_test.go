package core

import (
	"reflect"
	"testing"
	"time"
)

// People are counted once each, the last to act first, whatever the order of their acts;
// what was refused or done in an emergency is counted beside.
func TestPeopleOfAChart(t *testing.T) {
	t.Parallel()
	at := func(n int) time.Time { return time.Date(2026, 12, n, 8, 0, 0, 0, time.UTC) }
	got := PeopleOf([]Access{
		{UserID: 7, Who: "BLAKE, Aria", Role: RoleClinician, At: at(3), Outcome: OutcomeSuccess},
		{Who: "the system", At: at(2), Outcome: OutcomeSuccess},
		{UserID: 8, Who: "MOTT, Ned", Role: RoleClinician, At: at(4), Outcome: OutcomeDenied},
		{UserID: 7, Who: "BLAKE, Aria", Role: RoleClinician, At: at(5), Outcome: OutcomeSuccess, Urgent: true},
		{Who: "an administrator", At: at(1), Outcome: OutcomeSuccess},
		{UserID: 7, Who: "BLAKE, Aria", Role: RoleClinician, At: at(1), Outcome: OutcomeFailure},
	})
	want := []AccessPerson{
		{UserID: 7, Who: "BLAKE, Aria", Role: RoleClinician, Acts: 3, Refused: 1, Urgent: 1, First: at(1), Last: at(5)},
		{UserID: 8, Who: "MOTT, Ned", Role: RoleClinician, Acts: 1, Refused: 1, First: at(4), Last: at(4)},
		{Who: "the system", Acts: 1, First: at(2), Last: at(2)},
		{Who: "an administrator", Acts: 1, First: at(1), Last: at(1)},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("people are %+v", got)
	}
}
