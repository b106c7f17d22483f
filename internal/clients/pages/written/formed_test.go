package written

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"clinician/internal/core"
)

// shown writes a page with what is in doubt between ‹ ›, and what the reader wrote
// itself between { }.
func shown(p core.Page) string {
	var out []string
	for n, line := range strings.Split(p.Text, "\n") {
		runes := []rune(line)
		var b strings.Builder
		for i := 0; i <= len(runes); i++ {
			for _, m := range slices.Backward(p.Marks) {
				if m.Line == n && m.To == i {
					b.WriteString(map[bool]string{true: "}", false: "›"}[m.Note])
				}
			}
			for _, m := range p.Marks {
				if m.Line == n && m.From == i {
					b.WriteString(map[bool]string{true: "{", false: "‹"}[m.Note])
				}
			}
			if i < len(runes) {
				b.WriteRune(runes[i])
			}
		}
		out = append(out, b.String())
	}
	return strings.Join(out, "|")
}

// kinds of form, as each format writes them: r is a run of Word with properties, in
// RTF a group with control words.
func kindsOfForm() []struct{ kind, docx, rtf, want string } {
	r := func(properties, text string) string {
		return `<w:r><w:rPr>` + properties + `</w:rPr><w:t xml:space="preserve">` + text + `</w:t></w:r>`
	}
	t := func(text string) string { return r("", text) }
	up, down, struck := `<w:vertAlign w:val="superscript"/>`, `<w:vertAlign w:val="subscript"/>`, `<w:strike/>`
	return []struct{ kind, docx, rtf, want string }{
		{"power", t("10") + r(up, "9") + t("/L"), `10{\super 9}/L`, "10^9/L"},
		{"power, torn", t("x 10") + r(up, "1") + r(up, "2") + t("/L"), `x 10{\super 1}{\super 2}/L`, "x 10^12/L"},
		{"power behind a number", t("4.2 x 10") + r(up, "6") + t(" copies"), `4.2 x 10\super 6\nosupersub  copies`, "4.2 x 10^6 copies"},
		{"negative power", t("10") + r(up, "-3") + t("/L"), `10{\super -3}/L`, "10^-3/L"},
		{"note at a number", t("K 5.9") + r(up, "2") + t(" mmol"), `K 5.9{\super 2} mmol`, "K ‹5.9²› mmol"},
		{"note at a ten", t("K 10") + r(up, "2") + t(" mmol"), `K 10{\up6 2} mmol`, "K ‹10²› mmol"},
		{"raised letter", t("K 5.9") + r(up, "a"), `K 5.9{\super a}`, "K ‹5.9^a›"},
		{"raised by position", t("K 5.9") + r(`<w:position w:val="6"/>`, "2"), `K 5.9{\up6 2}`, "K ‹5.9²›"},
		{"lowered at a number", t("5") + r(down, "2"), `5{\sub 2}`, "‹5₂›"},
		{"lowered in a name", t("CO") + r(down, "2") + t(" HbA") + r(down, "1c"), `CO{\sub 2} HbA{\dn6 1c}`, "CO2 HbA1c"},
		{"area", t("kg/m") + r(up, "2") + t(" 3 cm") + r(up, "2"), `kg/m{\super 2} 3 cm{\super 2}`, "kg/m² 3 cm²"},
		{"ordinal and degree", t("1") + r(up, "st") + t(" 38 ") + r(up, "o") + t("C"), `1{\super st} 38 {\super o}C`, "1st 38 °C"},
		{"ion", t("Ca") + r(up, "2+"), `Ca{\super 2+}`, "Ca²⁺"},
		{"struck", t("a ") + r(struck, "b c") + t(" d"), `a {\strike b c} d`, "a {[}‹b c›{: struck out]} d"},
		{"struck twice", r(`<w:dstrike/>`, "b"), `{\striked1 b}`, "{[}‹b›{: struck out]}"},
		{"not struck", r(`<w:strike w:val="0"/>`, "b"), `{\strike\strike0 b}`, "b"},
		{"struck part of a word", t("5") + r(struck, "0") + t(" mg"), `5{\strike 0} mg`, "5{[}‹0›{: struck out]} mg"},
		{"hidden", t("a") + r(`<w:vanish/>`, " b") + t(" c"), `a{\v  b} c`, "a c"},
		{"deleted", t("a") + `<w:del>` + `<w:r><w:delText> b</w:delText></w:r></w:del>` + t(" c"), `a{\deleted  b} c`, "a c"},
		{"moved", `<w:moveFrom>` + t("b ") + `</w:moveFrom>` + t("c"), `{\mvf b }c`, "c"},
		{"tiny", r(`<w:sz w:val="2"/>`, "b") + t(" c"), `{\fs2 b}\fs24  c`, "‹b› c"},
		{"white", r(`<w:color w:val="FFFFFF"/>`, "b") + t(" c"), `{\cf2 b}{\cf1  c}`, "‹b› c"},
		{"white on blue", r(`<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="0000FF"/>`, "b") + t(" c"), `{\chcbpat3\cf2 b} c`, "b c"},
		{"font Symbol", t("250 ") + r(`<w:rFonts w:ascii="Symbol" w:hAnsi="Symbol"/>`, "m") + t("g "), `250 {\f1 m}g `, "250 \u00b5g"},
		{"font Symbol, private", r(`<w:rFonts w:ascii="Symbol" w:hAnsi="Symbol"/>`, "\uf0b3\uf0a3"), `{\f1\'b3\'a3}`, "≥≤"},
		{"font Wingdings", r(`<w:rFonts w:ascii="Wingdings"/>`, "\uf0fe") + t(" left ") + r(`<w:rFonts w:ascii="Wingdings"/>`, "\uf0a8") + t(" right"), `{\f2\'fe} left {\f2 \u61608?} right`, "[x] left [ ] right"},
		{"unknown sign", t("5 ") + r(`<w:rFonts w:ascii="Webdings"/>`, "a") + t(" mg"), `5 {\f3 a} mg`, "5 \ufffd mg"},
		{"box of a form, ticked", `<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox></w:ffData></w:fldChar></w:r><w:r><w:instrText> FORMCHECKBOX </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>` + t(" yes"),
			`{\field{\*\fldinst FORMCHECKBOX {\*\formfield{\fftype1\ffres1\ffdefres0{\*\ffname Check1}}}}{\fldrslt }} yes`, "[x] yes"},
		{"box of a form, empty", `<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="0"/></w:checkBox></w:ffData></w:fldChar><w:fldChar w:fldCharType="end"/></w:r>` + t(" no"),
			`{\field{\*\fldinst FORMCHECKBOX {\*\formfield{\fftype1\ffres25\ffdefres0}}}{\fldrslt }} no`, "[ ] no"},
		{"sign by its number", `<w:r><w:fldChar w:fldCharType="begin"/><w:instrText> SYMBOL 179 \f "Symbol" \s 12 </w:instrText><w:fldChar w:fldCharType="end"/></w:r>` + t(" 14"),
			`{\field{\*\fldinst SYMBOL 179 \\f "Symbol" \\s 12}{\fldrslt\f1\'b3}} 14`, "≥ 14"},
		{"footnote", t("see note") + `<w:r><w:footnoteReference w:id="2"/></w:r>` + t(" here"), `see note{\super\chftn}{\footnote\pard\plain {\super\chftn} Penicillin} here`, "see ‹note›{[footnote 1]} here||{Footnote 1: }Penicillin"},
		{"text box", t("a") + `<w:r><w:pict><w:txbxContent><w:p>` + t("in a box") + `</w:p></w:txbxContent></w:pict></w:r>` + t(" b"), `a{\shp{\*\shpinst{\sp{\sn x}}{\shptxt in a box\par}}} b`, "a b|in a box"},
		{"bold and plain", r(`<w:b/>`, "a") + t(" b"), `{\b a} b`, "a b"},
	}
}

func TestKindsOfFormInEveryFormat(t *testing.T) {
	for _, c := range kindsOfForm() {
		content := word(t, map[string]string{"word/document.xml": "<w:p>" + c.docx + "</w:p>",
			"word/footnotes.xml": `<w:footnote w:id="2">` + paragraph("Penicillin") + `</w:footnote>`})
		doc, err := OpenDOCX(content)
		if err != nil {
			t.Fatal(err)
		}
		if got := shown(doc.Pages[0]); got != c.want {
			t.Errorf("%s, DOCX: %q, want %q", c.kind, got, c.want)
		}
		pages, ok := rtfPages([]byte(`{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Arial;}{\f1\fcharset2 Symbol;}{\f2\fcharset2 Wingdings;}{\f3\fcharset2 Webdings;}}{\colortbl;\red0\green0\blue0;\red255\green255\blue255;\red0\green0\blue255;}` + c.rtf + `\par}`))
		if !ok {
			t.Fatalf("%s: RTF is damaged", c.kind)
		}
		if got := shown(pages.Pages[0]); got != c.want {
			t.Errorf("%s, RTF: %q, want %q", c.kind, got, c.want)
		}
		checkFormed(t, pages.Pages, 10000)
		checkFormed(t, doc.Pages, 10000)
	}
}

// What is left out is counted, and what is not read is said.
func TestLeftOutIsSaid(t *testing.T) {
	doc, err := OpenDOCX(word(t, map[string]string{"word/document.xml": `<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>two words</w:t></w:r><w:r><w:t>a</w:t></w:r><w:r><w:object/></w:r>` +
		`<w:del><w:r><w:delText>one</w:delText></w:r></w:del></w:p>`}))
	if err != nil {
		t.Fatal(err)
	}
	p := doc.Pages[0]
	if want := "left out deleted text: 1 word; left out hidden text: 2 words; not read: object"; strings.Join(p.Steps, "; ") != want {
		t.Errorf("%q, want %q", p.Steps, want)
	}
	if p.Status != core.PagePartial || len(p.Unread) != 1 || !strings.Contains(p.Unread[0].Message, "1 embedded object of this document was not read") {
		t.Errorf("%q %+v", p.Status, p.Unread)
	}
}

// A picture of an RTF is counted once, however many forms of it the file holds, and
// logos of headers are not.
func TestPicturesOfRTF(t *testing.T) {
	pages, ok := rtfPages([]byte(`{\rtf1{\header{\pict 00}}a{\*\shppict{\pict 00}}{\nonshppict{\pict 00}}{\pict 00}{\object{\*\objdata 00}{\result{\pict 00}}}}`))
	if !ok || len(pages.Pages[0].Unread) != 2 || !strings.HasPrefix(pages.Pages[0].Unread[0].Message, "1 embedded object") || !strings.HasPrefix(pages.Pages[0].Unread[1].Message, "2 pictures") {
		t.Errorf("%+v", pages)
	}
}

// A comment is no part of the text; what it is on is in doubt.
func TestComments(t *testing.T) {
	doc, err := OpenDOCX(word(t, map[string]string{
		"word/document.xml": `<w:p><w:r><w:t xml:space="preserve">K </w:t></w:r><w:commentRangeStart w:id="0"/><w:r><w:t>5.9</w:t></w:r><w:commentRangeEnd w:id="0"/><w:r><w:t xml:space="preserve"> mmol/L</w:t></w:r></w:p>`,
		"word/comments.xml": `<w:comment w:id="0">` + paragraph("Repeat it") + `</w:comment>`}))
	if err != nil {
		t.Fatal(err)
	}
	if got := shown(doc.Pages[0]); got != "K ‹5.9› mmol/L||{‹Comment beside the text: }Repeat it›" {
		t.Error(got)
	}
}

// Cells stand below each other, also where some are joined or empty.
func TestTablesAreAligned(t *testing.T) {
	cell := func(properties, text string) string {
		return "<w:tc><w:tcPr>" + properties + "</w:tcPr>" + paragraph(text) + "</w:tc>"
	}
	row := func(cells ...string) string { return "<w:tr>" + strings.Join(cells, "") + "</w:tr>" }
	doc, err := OpenDOCX(word(t, map[string]string{"word/document.xml": "<w:tbl>" + row(cell("", "Test"), cell("", "Result"), cell("", "Units")) +
		row(cell("", "White cells"), cell("", ""), cell("", "10")) + row(cell(`<w:gridSpan w:val="2"/>`, "Sodium"), cell("", "mmol/L")) +
		`<w:tr><w:trPr><w:del/></w:trPr>` + cell("", "Gone") + "</w:tr></w:tbl>" + paragraph("after")}))
	if err != nil {
		t.Fatal(err)
	}
	want := "Test         Result  Units|White cells          10|Sodium               mmol/L|after"
	if got := shown(doc.Pages[0]); got != want {
		t.Errorf("%q\nwant %q", got, want)
	}
}

// RTF is read in the code page of the document and of its fonts.
func TestCodePagesOfRTF(t *testing.T) {
	for in, want := range map[string]string{
		`{\rtf1\ansi\ansicpg1250 DVO\'d8\'c1K}`: "DVOŘÁK",
		`{\rtf1\ansi\ansicpg1251 \'cf\'e0}`:     "Па",
		`{\rtf1\ansi{\fonttbl{\f0\fcharset204 Arial;}{\f1\fcharset238 Arial CE;}}\f0\'cf\'e0 \f1\'d8}`: "Па Ř",
		`{\rtf1\ansi{\fonttbl{\f5\fcharset128 MS Mincho;}}\f5\'93\'fa\'96\'7b}`:                        "日本",
		`{\rtf1\ansi\deff3{\fonttbl{\f3\fcharset161 Arial;}}\'c1{\plain\'c2}}`:                         "ΑΒ",
		`{\rtf1\pc \'9a}`: "Ü", `{\rtf1\mac \'8a}`: "ä", `{\rtf1\ansi\ansicpg1252 \'b5mol}`: "µmol", `{\rtf1\ansi\ansicpg99999 \'e9}`: "é",
		`{\rtf1\ansi\uc2\u945 \'83\'bfx}`: "αx",
	} {
		pages, ok := rtfPages([]byte(in))
		if !ok || pages.Pages[0].Text != want {
			t.Errorf("%s: %q, want %q", in, pages.Pages[0].Text, want)
		}
	}
}

// Text in code pages of DOS and Windows is guessed; the words that depend on it are in
// doubt, and no others.
func TestGuessedCodePages(t *testing.T) {
	texts := map[int]string{
		1252: "Patient: MÜLLER, Jörg\nCreatinine 143 µmol/L at 38 °C, naïve – façade",
		850:  "Patient: MÜLLER, Jörg\nTempérature élevée, 143 µmol/L, garçon",
		437:  "┌─────────┬───────┐\n│ Kalium  │ 5,9   │\n└─────────┴───────┘\nGröße und Gewicht für Frau Müller, Übelkeit",
		1250: "Pacient: DVOŘÁK, Jiří\nVysoký krevní tlak, léčba žádná",
		1251: "Пациент: ИВАНОВ Иван\nДиагноз: гипертония",
		866:  "Пациент: ИВАНОВ Иван\nДиагноз: гипертония",
	}
	for number, text := range texts {
		b, err := codePage(number).NewEncoder().Bytes([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		doc, err := OpenText(b)
		if err != nil {
			t.Fatal(err)
		}
		p := doc.Pages[0]
		if p.Text != text {
			t.Errorf("%d: %q, want %q", number, p.Text, text)
		}
		for _, m := range p.Marks {
			line := []rune(strings.Split(p.Text, "\n")[m.Line])
			if m.Doubt == "" || strings.Trim(string(line[m.From:m.To]), " -~") == "" {
				t.Errorf("%d: %+v", number, m)
			}
		}
		if len(p.Marks) == 0 {
			t.Errorf("%d: nothing is in doubt", number)
		}
	}
}

// A printer's text says what it prints.
func TestPrintedText(t *testing.T) {
	for in, want := range map[string]string{
		"_\bA_\bB C\bC":                    "AB C",
		"5.9\b\b\b---":                     "{[}‹5.9›{: struck out]}",
		"K 5.9 mmol\r  ---\n":              "K {[}‹5.9›{: struck out]} mmol",
		"K 5.9\rK 5.9\n":                   "K 5.9",
		"5\b8":                             "‹5›",
		"one\rtwo\rthree":                  "one|two|three",
		"a\x1b[9mb\x1b[0mc":                "a{[}‹b›{: struck out]}c",
		"a\x1b[8mhidden\x1b[28mb":          "ab",
		"a\x1b[3Cb":                        "a   b",
		"\x1b@\x1b&l0O\x1b(s3BK\x1b(s0B 5": "K 5",
		"10\x1bS\x009\x1bT/L":              "10^9/L",
		"5.9\x1bS02\x1bT":                  "‹5.9²›",
		"\x1b[38;5;9mred\x1b[0m":           "red",
		"text\x1agarbage":                  "text",
		"a\x0eb\x0fc\ad":                   "abcd",
	} {
		doc, err := OpenText([]byte(in))
		if err != nil {
			t.Fatal(err)
		}
		p := doc.Pages[0]
		if got := shown(p); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
		if strings.Contains(in, "\x1a") != slices.Contains(p.Steps, fmt.Sprintf("left out what stands behind the end mark of the file: %d bytes", len("garbage"))) {
			t.Errorf("%q: steps %q", in, p.Steps)
		}
	}
}
