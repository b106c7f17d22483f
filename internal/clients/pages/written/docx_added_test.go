package written

import "testing"

// What was added with changes tracked is in doubt, and the end says who added it; text that
// stood there before is not touched.
func TestAddedText(t *testing.T) {
	t.Parallel()
	run := func(text string) string { return `<w:r><w:t xml:space="preserve">` + text + `</w:t></w:r>` }
	by := func(author, inside string) string {
		return `<w:ins w:id="1" w:author="` + author + `" w:date="2026-11-12T09:00:00Z">` + inside + `</w:ins>`
	}
	row := func(properties, cell string) string {
		return `<w:tr><w:trPr>` + properties + `</w:trPr><w:tc><w:p>` + run(cell) + `</w:p></w:tc></w:tr>`
	}
	const end = "[Added with changes tracked by "
	for name, c := range map[string]struct{ docx, want string }{
		"a number":         {`<w:p>` + run("K ") + by("Sam Okoro", run("5.9")) + run(" mmol/L") + `</w:p>`, "K ‹5.9› mmol/L|‹" + end + "Sam Okoro: 5.9]›"},
		"by two":           {`<w:p>` + by("A", run("1")) + run(" b ") + by("C", run("2")) + by("A", run("3")) + `</w:p>`, "‹1› b ‹23›|‹" + end + "A: 1; 3]›|‹" + end + "C: 2]›"},
		"by nobody named":  {`<w:p>` + by("", run("1")) + `</w:p>`, "‹1›|‹" + end + "somebody whose name is not given: 1]›"},
		"moved here":       {`<w:p><w:moveTo w:author="A">` + run("1") + `</w:moveTo>` + run(" b") + `</w:p>`, "‹1› b|‹" + end + "A: 1]›"},
		"then deleted":     {`<w:p>` + by("A", `<w:del w:author="B"><w:r><w:delText>1</w:delText></w:r></w:del>`) + run("b") + `</w:p>`, "b"},
		"only a paragraph": {`<w:p><w:pPr><w:rPr><w:ins w:author="A"/></w:rPr></w:pPr>` + run("b") + `</w:p>`, "b"},
		"a row":            {`<w:tbl>` + row("", "a") + row(`<w:ins w:author="A"/>`, "b") + row("", "c") + `</w:tbl>`, "a|‹b›|c|‹" + end + "A: b]›"},
	} {
		doc, err := OpenDOCX(word(t, map[string]string{"word/document.xml": c.docx}))
		if err != nil {
			t.Fatal(err)
		}
		if got := shown(doc.Pages[0]); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		checkFormed(t, doc.Pages, 10000)
	}
	pages, ok := rtfPages([]byte(`{\rtf1\ansi{\*\revtbl{Unknown;}{Sam Okoro;}}K {\revised\revauth1\revdttm1 5.9} mmol/L\par}`))
	if got := shown(pages.Pages[0]); !ok || got != "K ‹5.9› mmol/L" {
		t.Errorf("RTF: %q", got)
	}
}
