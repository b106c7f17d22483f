// Package coretest holds one conformance suite for each port of core. Every
// implementation runs the same one, so that a clinic on SQLite and one on
// PostgreSQL, Redis and S3 see the same behaviour.
package coretest
