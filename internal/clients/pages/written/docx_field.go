package written

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// startField takes the fields of a document and of its forms.
func (k *wordWalk) startField(e xml.StartElement) bool {
	n := len(k.fields)
	switch e.Name.Local {
	case "fldChar":
		switch attr(e, "fldCharType") {
		case "begin":
			k.fields = append(k.fields, wordField{})
		case "separate":
			if n > 0 {
				k.fields[n-1].result = true
			}
		case "end":
			k.closeField()
		}
		return true
	case "instrText":
		k.codes++
		k.texts++
		return true
	}
	return n > 0 && k.fields[n-1].form.take(e)
}

// take notes a property of a field of a form; false for anything else.
func (f *wordForm) take(e xml.StartElement) bool {
	val := attr(e, "val")
	switch e.Name.Local {
	case "checkBox":
		f.box = true
	case "checked":
		f.ticked, f.given = isOn(e), true
	case "default":
		if !f.given {
			f.ticked = f.box && (val == "1" || val == "true")
			f.choice, _ = strconv.Atoi(val)
		}
	case "result":
		f.choice, _ = strconv.Atoi(val)
		f.given = true
	case "listEntry":
		f.choices = append(f.choices, val)
	default:
		return false
	}
	return true
}

// closeField writes what a field shows where the file does not hold it: a box to
// tick, what was chosen of a list, a sign by its number.
func (k *wordWalk) closeField() {
	n := len(k.fields) - 1
	if n < 0 {
		return
	}
	f := k.fields[n]
	k.fields = k.fields[:n]
	if f.shown {
		return
	}
	code := strings.Fields(f.code.String())
	switch {
	case f.form.box && f.form.ticked:
		k.chars("[x]")
	case f.form.box:
		k.chars("[ ]")
	case f.form.choice >= 0 && f.form.choice < len(f.form.choices):
		k.chars(f.form.choices[f.form.choice])
	case len(code) > 1 && strings.EqualFold(code[0], "SYMBOL"):
		form := k.form()
		text, font := fieldSign(code)
		form.signs = signFont(font)
		k.w.put(text, form)
	}
}

// fieldSign reads the field SYMBOL 109 \f "Symbol" \s 12.
func fieldSign(code []string) (text, font string) {
	n, err := strconv.ParseUint(code[1], 0, 16)
	if err != nil {
		return unknownSign, ""
	}
	for i, c := range code {
		if c == `\f` && i+1 < len(code) {
			font = strings.Trim(strings.Join(code[i+1:min(len(code), i+2)], " "), `"`)
		}
	}
	return string(rune(n)), font
}
