package identity

import (
	"fmt"
	"slices"
	"strings"

	"clinician/internal/core"
)

// difference tells people what the page says and what the chart says.
func difference(id core.PageIdentity, chart core.Patient) string {
	says, is := []string{}, []string{}
	if id.Name != "" {
		says = append(says, id.Name)
		is = append(is, core.DisplayName(chart.User.LastName, chart.User.FirstName, ""))
	}
	if !id.DateOfBirth.IsZero() {
		says = append(says, "born "+id.DateOfBirth.Display())
		is = append(is, "born "+chart.DateOfBirth.Display())
	}
	if compareNumbers(id.Identifiers, chart.MRN) == fitDiffers || len(says) == 0 {
		says = append(says, "number "+core.DisplayMRN(firstOf(id.Identifiers, len(chart.MRN))))
		is = append(is, "number "+core.DisplayMRN(chart.MRN))
	}
	if id.Name == "" {
		is = slices.Insert(is, 0, core.DisplayName(chart.User.LastName, chart.User.FirstName, ""))
	}
	return fmt.Sprintf("The page says %s; this chart is %s.", strings.Join(says, ", "), strings.Join(is, ", "))
}

// remark says what was overlooked on a page that fits; "" for nothing.
func (c comparison) remark(id core.PageIdentity, chart core.Patient) string {
	switch {
	case c.name == nameFamilyDiffers || c.name == nameGivenDiffers || c.name == nameDiffers:
		return fmt.Sprintf("The page says %s; what else identifies the patient fits.", id.Name)
	case c.born == fitNear || c.born == fitTurned:
		return fmt.Sprintf("The page seems to say born %s; this chart says %s.", id.DateOfBirth.Display(), chart.DateOfBirth.Display())
	case c.number == fitNear:
		return "A digit of the record number on the page differs from this chart; name and birth date fit."
	}
	return ""
}

func firstOf(numbers []string, length int) string {
	for _, n := range numbers {
		if len(n) == length {
			return n
		}
	}
	return ""
}
