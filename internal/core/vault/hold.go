package vault

import (
	"context"
	"os"
	"time"

	"clinician/internal/core"
)

// holdName is the file whose lock says that blobs are held. It is no blob.
const holdName = ".hold"

// How long Hold waits for those who are just removing one.
const (
	holdTries = 100
	holdPause = 50 * time.Millisecond
)

// Hold keeps every blob where it is until release is called or this process ends. What is
// deleted meanwhile, by whatever process, stays for a later Sweep; what is put is put. Who
// reads rows after that finds the blobs that they point to. CodeConflict when somebody
// else holds them already.
func (d *Disk) Hold(ctx context.Context) (release func(), err error) {
	f, err := d.openHold()
	if err != nil {
		return nil, err
	}
	tick := time.NewTicker(holdPause)
	defer tick.Stop()
	for try := 0; ; try++ {
		locked, err := tryLock(f, true)
		switch {
		case err != nil:
			f.Close()
			return nil, diskError("hold", err)
		case locked:
			return func() { f.Close() }, nil
		case try == holdTries:
			f.Close()
			return nil, core.Errorf(core.CodeConflict, "A backup of this data is being made already. Wait for it to end, then try again.")
		}
		select {
		case <-ctx.Done():
			f.Close()
			return nil, ctx.Err()
		case <-tick.C:
		}
	}
}

// unlessHeld says whether blobs may be removed, until done is called.
func (d *Disk) unlessHeld() (done func(), free bool, err error) {
	f, err := d.openHold()
	if err != nil {
		return nil, false, err
	}
	free, err = tryLock(f, false)
	if err != nil || !free {
		f.Close()
		return func() {}, false, err
	}
	return func() { f.Close() }, true, nil
}

func (d *Disk) openHold() (*os.File, error) {
	f, err := d.root.OpenFile(holdName, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, diskError("open the hold", err)
	}
	return f, nil
}
