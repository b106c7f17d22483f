package problems

import (
	"slices"
	"testing"

	"clinician/internal/core/analysis/analysistest"
	"clinician/internal/core/analysis/layout"
)

func TestAllergies(t *testing.T) {
	for _, c := range []struct {
		name   string
		lines  []string
		want   []finding
		doubts int
	}{
		{"one line", []string{"Allergies: Docetaxel (infusion reaction, grade 2); Latex (contact dermatitis)."}, []finding{{name: "Docetaxel", text: "infusion reaction, grade 2"}, {name: "Latex", text: "contact dermatitis"}}, 0},
		{"heading", []string{"Allergies", "Penicillin (widespread urticarial rash).", "Follow-up", "Oncology clinic in 2 weeks."}, []finding{{name: "Penicillin", text: "widespread urticarial rash"}}, 0},
		{"table", []string{"ALLERGIES AND ADVERSE REACTIONS", "Substance   Reaction   Status", "Penicillin   Hives   Active", "Codeine   Nausea   Active"}, []finding{{name: "Penicillin", text: "Hives"}, {name: "Codeine", text: "Nausea"}}, 0},
		{"dashes and verbs", []string{"Allergies:", "Trimethoprim - rash", "aspirin causes wheeze", "Plan", "To be reviewed in the clinic in three weeks."}, []finding{{name: "Trimethoprim", text: "rash"}, {name: "aspirin", text: "wheeze"}}, 0},
		{"several", []string{"Allergies: penicillin, codeine and latex"}, []finding{{name: "penicillin"}, {name: "codeine"}, {name: "latex"}}, 0},
		{"none known", []string{"Allergies", "No known allergies."}, []finding{{name: "No known allergies", text: "No known allergies", negated: true}}, 0},
		{"NKDA", []string{"Plan", "NKDA. Proceed."}, []finding{{name: "NKDA", text: "NKDA", negated: true}}, 0},
		{"none", []string{"Allergies: none known"}, []finding{{name: "none known", text: "none known", negated: true}}, 0},
		{"no known drug allergies in prose", []string{"History", "She has no known drug allergies and lives alone."}, []finding{{name: "no known drug allergies", text: "no known drug allergies", negated: true}}, 0},
		{"not recorded is not none", []string{"Allergies", "Not recorded in our notes."}, nil, 0},
		{"complications none", []string{"Complications", "None."}, nil, 0},
		{"prose", []string{"History", "He is allergic to penicillin (anaphylaxis) and smokes."}, []finding{{name: "penicillin", text: "anaphylaxis"}}, 0},
		{"unknown substance", []string{"Allergies: Zorbanol (rash)"}, []finding{{name: "Zorbanol", text: "rash"}}, 1},
		{"columns that ran together", []string{"ALLERGIES, ADVERSE REACTIONS, ALERTS", "Substance Reaction Status", "Penicillin Hives Active", "codeine sulfate Swelling Active", "Plan", "To be reviewed in the clinic in three weeks from today."}, []finding{{name: "Penicillin", text: "Hives"}, {name: "codeine sulfate", text: "Swelling"}}, 0},
		{"title", []string{"ALLERGY DOCUMENTATION", "Patient: CANTÚ, Catalina   DOB: 08-May-1940   Sex: Female", "Allergies", "Latex (rash)."}, []finding{{name: "Latex", text: "rash"}}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Allergies(layout.NewDocument(analysistest.TextFile(c.lines...)))
			if !slices.Equal(findingsOf(got), c.want) {
				t.Fatalf("got  %+v\nwant %+v", findingsOf(got), c.want)
			}
			for _, v := range got {
				if len(v.Doubts) != c.doubts {
					t.Errorf("%s: doubts %q", v.Name, v.Doubts)
				}
			}
		})
	}
}
