package present

// FlagSign is a sign for the eye beside the letters of Value.Code, and one for
// terminals that have letters only; "" for codes that have none.
func FlagSign(code string) (sign, plain string) {
	signs := map[string][2]string{"HH": {"⇈", "^^"}, "H": {"↑", "^"}, "L": {"↓", "v"}, "LL": {"⇊", "vv"}, "A": {"●", "*"}, "AA": {"●", "*"}}
	return signs[code][0], signs[code][1]
}
