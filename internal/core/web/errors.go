package web

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"clinician/internal/core"
)

// fieldsOf gives what is wrong with single fields, and nil for other errors.
func fieldsOf(err error) map[string][]string {
	var e *core.Error
	if errors.As(err, &e) {
		return e.Fields
	}
	return nil
}

func retryAfter(err error) int {
	var e *core.Error
	if errors.As(err, &e) {
		return e.RetryAfter
	}
	return 0
}

// sentence words an error for people, with what is wrong with fields that have no place
// of their own on a page.
func sentence(err error) string {
	fields := fieldsOf(err)
	if len(fields) == 0 {
		return core.MessageOf(err)
	}
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		parts = append(parts, strings.Join(fields[name], " "))
	}
	return strings.Join(parts, " ")
}

var errNoPage = core.Errorf(core.CodeNotFound, "There is no such page. The address may be misspelt, or the page is gone.")
