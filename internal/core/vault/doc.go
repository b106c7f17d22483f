// Package vault keeps content sealed.
//
// Every blob is encrypted under a random key of its own: AES256-GCM-HKDF
// streaming AEAD of Tink, 64 KiB segments, bound to its subject ("records/<id>")
// and the version of the format. That content key is wrapped under the key of
// the patient it belongs to, bound to patient and subject; patient keys are
// wrapped under the root key. So a record moves to another patient, and the root
// key changes, by rewrapping some sixty bytes; blobs that were swapped,
// cut, extended or changed on disk do not open.
//
// Disk is the core.Blobs of a single machine. RootKey is the one secret a server
// needs; everything else is derived from it or wrapped under it.
package vault
