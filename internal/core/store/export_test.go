package store

import "runtime"

// WaitQueued waits until n changes wait to be written.
func (db *DB) WaitQueued(n int) {
	for len(db.queue) < n {
		runtime.Gosched()
	}
}
