package core

import (
	"context"
	"io"
	"time"
)

// Blobs is a flat store of sealed bytes: a directory, or a bucket. Names are made
// by us: [a-z0-9/._-]+, no part of them empty or with a dot in front, 200 bytes at
// most; others are CodeInvalid.
type Blobs interface {
	// Put stores content under name, all or nothing, durably when it returns.
	// A name is written once; an existing one is CodeConflict. An error of content
	// is given back as it is.
	Put(ctx context.Context, name string, content io.Reader) (size int64, err error)
	// Open gives the bytes from offset on; none when offset is past the end,
	// CodeInvalid when it is negative, CodeNotFound when there is no such blob. It
	// costs by what is read of them, not by what precedes them. What it gives may be
	// an io.Seeker over the whole blob; the caller closes it. A blob that is deleted
	// meanwhile ends in its own bytes or in an error, never early.
	Open(ctx context.Context, name string, offset int64) (io.ReadCloser, error)
	// Delete removes a blob; one that is not there is no error. While a backup is made,
	// which needs what rows pointed to a moment ago, blobs stay until a later Sweep.
	Delete(ctx context.Context, name string) error
	// List calls f for each blob whose name starts with prefix, in no order. f may
	// delete it. An error of f ends the listing and is given back.
	List(ctx context.Context, prefix string, f func(BlobInfo) error) error
	// Sweep removes what came to nothing, and says how many blobs and remains of
	// blobs that were. See BlobSweep for what stays.
	Sweep(ctx context.Context, s BlobSweep) (removed int, err error)
	// Ping reports whether the store is there and takes content. It leaves none.
	Ping(ctx context.Context) error
}

// BlobInfo describes a stored blob.
type BlobInfo struct {
	Name    string
	Size    int64
	ModTime time.Time // when it was finished
}

// BlobSweep says what of a store may go. Times are compared with those of the
// store, whose clock may be another one: leave minutes, not seconds.
type BlobSweep struct {
	// StalledBefore is for a Put that never came to its end, whatever its name, after
	// a crash: what of it lies there goes when nobody wrote to it since then. A Put
	// that was slower than that fails; it is never taken for finished.
	StalledBefore time.Time
	// Prefix and Before are for finished blobs: those whose name starts with Prefix
	// and that were finished before Before go, unless Keep claims them. One younger
	// than that stays: who put it may be about to point to it.
	Prefix string
	Before time.Time
	// Keep says which of the names somebody points to. It is asked after they were
	// listed, with at most SweepBatch at once; when it fails, the sweep ends with
	// its error and none of those is removed. Nil keeps every finished blob.
	Keep func(ctx context.Context, names []string) (map[string]bool, error)
}

// SweepBatch is how many blobs a sweep asks about at once.
const SweepBatch = 500
