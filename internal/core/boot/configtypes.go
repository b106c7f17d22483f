package boot

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Lifetime is a duration that a bare number gives in minutes, as in the
// specification; Go durations ("30s", "24h") work too.
type Lifetime time.Duration

// UnmarshalText reads "15" or "15m".
func (l *Lifetime) UnmarshalText(b []byte) error {
	s := strings.TrimSpace(string(b))
	if n, err := strconv.Atoi(s); err == nil {
		*l = Lifetime(time.Duration(n) * time.Minute)
	} else if d, err := time.ParseDuration(s); err == nil {
		*l = Lifetime(d)
	} else {
		return fmt.Errorf("%q is neither a number of minutes nor a duration such as 30s", s)
	}
	if *l <= 0 {
		return errors.New("it must be longer than nothing")
	}
	return nil
}

// OnOff is a switch: "on" or "off", or how a truth value is written elsewhere.
type OnOff bool

// UnmarshalText reads "on" or "off".
func (o *OnOff) UnmarshalText(b []byte) error {
	switch strings.ToLower(strings.TrimSpace(string(b))) {
	case "on", "true", "yes", "1":
		*o = true
	case "off", "false", "no", "0":
		*o = false
	default:
		return fmt.Errorf("%q is neither on nor off", b)
	}
	return nil
}
