// Package present puts domain things into words: a value, a person, a record, a
// day. Screens, --plain, subcommands and pages lay these words out; none of
// them decides what is said. Words carry no colours, signs or line breaks, and
// dates are as core.Date.Display writes them.
//
// Start reading at Value.
package present
