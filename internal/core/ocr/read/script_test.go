package read

import (
	"strings"
	"testing"
)

func TestLettersOfNoInstalledLanguage(t *testing.T) {
	for text, c := range map[string]struct {
		installed []string
		want      bool
	}{
		"Haemoglobin and platelets":    {[]string{"eng"}, false},
		"Гемоглобин и тромбоциты":      {[]string{"eng"}, true},
		"Гемоглобин и тромбоциты ":     {[]string{"eng", "rus"}, false},
		"Αιμοσφαιρίνη και αιμοπετάλια": {[]string{"eng", "script/Greek"}, false},
		"血红蛋白白细胞血小板中性粒":                {[]string{"eng"}, true},
		"血红蛋白白细胞血小板中性粒 ":               {[]string{"chi_sim"}, false},
		"Гемоглобин":                   {nil, false}, // nobody says what is installed
		"Hb µmol αβγδ":                 {[]string{"eng"}, false},
		"12 13 14 15 16 17 18 19 20":   {[]string{"eng"}, false},
	} {
		if got := foreign(wordsOf(strings.TrimSpace(text)), c.installed); got != c.want {
			t.Errorf("%q with %v: %v", text, c.installed, got)
		}
	}
}
