package redis

import (
	"context"
	"encoding/hex"
	"log/slog"
	"time"

	"github.com/redis/go-redis/v9"

	"clinician/internal/core"
)

// Throttle is a core.Throttle that all replicas share. While Redis does not
// answer, each process goes on with the one it was given, and says so in the log.
type Throttle struct {
	c     *Client
	now   core.Clock
	local core.Throttle
	log   *slog.Logger
}

var _ core.Throttle = (*Throttle)(nil)

// NewThrottle makes one; local serves while Redis does not answer.
func (c *Client) NewThrottle(now core.Clock, local core.Throttle, log *slog.Logger) *Throttle {
	return &Throttle{c: c, now: now, local: local, log: log}
}

// tryScript counts a try for each key, or gives how many milliseconds to wait and
// counts nothing. ARGV: now in ms, the window and the longest delay in ms, then
// for each key how many failures are free.
var tryScript = redis.NewScript(`
local now, window, longest = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local wait = 0
for _, key in ipairs(KEYS) do
	local until_ = tonumber(redis.call('HGET', key, 'until') or '0')
	wait = math.max(wait, until_ - now)
end
if wait > 0 then return wait end
for i, key in ipairs(KEYS) do
	local f = redis.call('HMGET', key, 'count', 'last', 'until')
	local count, last, until_ = tonumber(f[1] or '0'), tonumber(f[2] or '0'), tonumber(f[3] or '0')
	if now - last > window and now >= until_ then count = 0 end
	count = count + 1
	local over = count - tonumber(ARGV[3 + i])
	until_ = 0
	if over > 0 then until_ = now + math.min(longest, 1000 * 2 ^ math.min(over - 1, 30)) end
	redis.call('HSET', key, 'count', count, 'last', now, 'until', until_)
	redis.call('PEXPIRE', key, window + longest)
end
return 0`)

// backScript takes one try back for each key.
var backScript = redis.NewScript(`
for _, key in ipairs(KEYS) do
	local count = tonumber(redis.call('HGET', key, 'count') or '0')
	if count <= 1 then redis.call('DEL', key) else redis.call('HSET', key, 'count', count - 1, 'until', 0) end
end
return 0`)

// Try counts and says whether to wait; see core.Throttle.
func (t *Throttle) Try(ctx context.Context, account, address string) error {
	keys, free := guessers(account, address)
	if len(keys) == 0 {
		return nil
	}
	args := []any{t.now().UnixMilli(), core.ThrottleWindow.Milliseconds(), core.ThrottleMaxDelay.Milliseconds()}
	wait, err := tryScript.Run(ctx, t.c.db, keys, append(args, free...)...).Int64()
	switch {
	case err != nil && ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		t.log.WarnContext(ctx, "guessing is slowed down by this process alone: Redis does not answer", "err", err)
		return t.local.Try(ctx, account, address)
	case wait > 0:
		return core.Throttled(time.Duration(wait) * time.Millisecond)
	}
	return nil
}

// Succeeded forgets the account's failures; see core.Throttle.
func (t *Throttle) Succeeded(ctx context.Context, account, address string) {
	if keys, _ := guessers(account, ""); len(keys) > 0 {
		if err := t.c.db.Del(ctx, keys...).Err(); err != nil {
			t.local.Succeeded(ctx, account, address)
			return
		}
	}
	t.back(ctx, "", address)
}

// Undo takes a try back that ended without an answer.
func (t *Throttle) Undo(ctx context.Context, account, address string) { t.back(ctx, account, address) }

func (t *Throttle) back(ctx context.Context, account, address string) {
	keys, _ := guessers(account, address)
	if len(keys) == 0 {
		return
	}
	if err := backScript.Run(ctx, t.c.db, keys).Err(); err != nil {
		t.local.Undo(ctx, account, address)
	}
}

func guessers(account, address string) (keys []string, free []any) {
	for _, g := range []struct {
		who  core.Guesser
		free int
	}{{core.GuesserOfAccount(account), core.ThrottleFreePerAccount}, {core.GuesserOfAddress(address), core.ThrottleFreePerAddress}} {
		if g.who != (core.Guesser{}) {
			keys, free = append(keys, "clinician_throttle:"+hex.EncodeToString(g.who[:])), append(free, g.free)
		}
	}
	return keys, free
}
