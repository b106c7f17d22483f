// Package records keeps documents: it decides what they are, seals them with
// vault while they stream in, and keeps their metadata in an Index.
//
// Order of writing: blob first, durable under its final name, then row and
// audit event in one transaction. Order of deleting: row first, blob later. So a
// crash leaves at worst a blob without a row, which Sweep removes, and never a
// row without a blob.
package records
