package redis

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"clinician/internal/core"
)

// naive is how the replaced service wrote times: no zone, to the microsecond.
const naive = "2006-01-02 15:04:05.000000"

// tempValue is a TempEntry as stored.
type tempValue struct {
	core.TempEntry
	Created string    `json:"created_at"`
	Expires time.Time `json:"expires_at"`
}

func tempKey(userID int64, id string) string { return fmt.Sprintf("temp_files:user:%d:%s", userID, id) }
func aliveKey(id string) string              { return "temp_files_alive:" + id }
func ofKey(userID int64) string              { return "temp_files_of:" + strconv.FormatInt(userID, 10) }

func encodeTemp(e core.TempEntry) ([]byte, error) {
	return json.Marshal(tempValue{TempEntry: e, Created: e.CreatedAt.UTC().Format(naive), Expires: e.ExpiresAt.UTC()})
}

func decodeTemp(id string, data []byte) (core.TempEntry, error) {
	var v tempValue
	if err := json.Unmarshal(data, &v); err != nil {
		return core.TempEntry{}, fmt.Errorf("redis: entry of a temporary view: %w", err)
	}
	created, err := time.Parse(naive, v.Created)
	if err != nil {
		return core.TempEntry{}, fmt.Errorf("redis: entry of a temporary view: %w", err)
	}
	e := v.TempEntry
	e.ID, e.CreatedAt, e.ExpiresAt = id, created, v.Expires
	return e, nil
}

// Put stores an entry until it expires.
func (c *Client) Put(ctx context.Context, e core.TempEntry) error {
	data, err := encodeTemp(e)
	if err != nil {
		return err
	}
	ttl := e.ExpiresAt.Sub(c.now())
	if ttl <= 0 {
		return nil
	}
	_, err = c.db.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.Set(ctx, tempKey(e.UserID, e.ID), data, ttl)
		p.Set(ctx, aliveKey(e.ID), e.UserID, ttl)
		p.ZAdd(ctx, ofKey(e.UserID), redis.Z{Score: float64(e.ExpiresAt.UnixMilli()), Member: e.ID})
		// Longer than any member; ByUser removes those that are over.
		p.Expire(ctx, ofKey(e.UserID), max(ttl, 24*time.Hour))
		return nil
	})
	return unavailable(ctx, err)
}

// Get gives a live entry of the user.
func (c *Client) Get(ctx context.Context, userID int64, id string) (core.TempEntry, error) {
	data, err := c.db.Get(ctx, tempKey(userID, id)).Bytes()
	if errors.Is(err, redis.Nil) {
		return core.TempEntry{}, tempNotFound()
	}
	if err != nil {
		return core.TempEntry{}, unavailable(ctx, err)
	}
	return decodeTemp(id, data)
}

// Delete removes a live entry of the user and gives it back.
func (c *Client) Delete(ctx context.Context, userID int64, id string) (core.TempEntry, error) {
	// The first command decides: nothing else is touched for an entry that is
	// not the user's.
	data, err := c.db.GetDel(ctx, tempKey(userID, id)).Bytes()
	if errors.Is(err, redis.Nil) {
		return core.TempEntry{}, tempNotFound()
	}
	if err != nil {
		return core.TempEntry{}, unavailable(ctx, err)
	}
	_, err = c.db.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.Del(ctx, aliveKey(id))
		p.ZRem(ctx, ofKey(userID), id)
		return nil
	})
	if err != nil {
		return core.TempEntry{}, unavailable(ctx, err)
	}
	return decodeTemp(id, data)
}

// ByUser lists the user's live entries, those that expire first coming first.
func (c *Client) ByUser(ctx context.Context, userID int64) ([]core.TempEntry, error) {
	now := strconv.FormatInt(c.now().UnixMilli(), 10)
	var ids *redis.StringSliceCmd
	_, err := c.db.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.ZRemRangeByScore(ctx, ofKey(userID), "-inf", "("+now)
		ids = p.ZRange(ctx, ofKey(userID), 0, -1)
		return nil
	})
	if err != nil {
		return nil, unavailable(ctx, err)
	}
	if len(ids.Val()) == 0 {
		return nil, nil
	}
	keys := make([]string, len(ids.Val()))
	for i, id := range ids.Val() {
		keys[i] = tempKey(userID, id)
	}
	values, err := c.db.MGet(ctx, keys...).Result()
	if err != nil {
		return nil, unavailable(ctx, err)
	}
	var list []core.TempEntry
	for i, v := range values {
		text, ok := v.(string)
		if !ok {
			continue // expired meanwhile
		}
		e, err := decodeTemp(ids.Val()[i], []byte(text))
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, nil
}

// Alive reports whether any user has a live entry of this id.
func (c *Client) Alive(ctx context.Context, id string) (bool, error) {
	n, err := c.db.Exists(ctx, aliveKey(id)).Result()
	return n > 0, unavailable(ctx, err)
}

func tempNotFound() error { return core.Errorf(core.CodeNotFound, "File not found or expired") }
