package vault

import (
	"container/list"
	"crypto/cipher"
	"sync"
)

// keyCache keeps the patient keys used last, so that opening a record does not
// always ask the database.
type keyCache struct {
	mu    sync.Mutex
	limit int
	order *list.List // of cachedKey, latest use first
	at    map[int64]*list.Element
}

type cachedKey struct {
	patientID int64
	gcm       cipher.AEAD
}

func newKeyCache(limit int) *keyCache {
	return &keyCache{limit: limit, order: list.New(), at: make(map[int64]*list.Element)}
}

func (c *keyCache) get(patientID int64) (cipher.AEAD, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.at[patientID]
	if !ok {
		return nil, false
	}
	c.order.MoveToFront(e)
	return e.Value.(cachedKey).gcm, true
}

func (c *keyCache) put(patientID int64, gcm cipher.AEAD) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.at[patientID]; ok {
		c.order.MoveToFront(e)
		return
	}
	c.at[patientID] = c.order.PushFront(cachedKey{patientID, gcm})
	if c.order.Len() > c.limit {
		last := c.order.Back()
		delete(c.at, last.Value.(cachedKey).patientID)
		c.order.Remove(last)
	}
}
