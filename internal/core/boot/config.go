// Package boot turns a configuration into a running server: the one place that
// chooses adapters, once, at start, and says in one log line what was chosen.
package boot

import (
	"encoding/base64"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"

	"clinician/internal/clients/sibling"
	"clinician/internal/clients/vision"
	"clinician/internal/core/httpapi"
	"clinician/internal/core/wire"
)

// Config is the environment of the server. The first block are the variables
// of the specification under their own names and meanings, the second our own.
type Config struct {
	SecretKey           string   `env:"SECRET_KEY" secret:"true"`
	Debug               bool     `env:"DEBUG" envDefault:"True"`
	AllowedHosts        []string `env:"ALLOWED_HOSTS" envDefault:"*"`
	JWTSecretKey        string   `env:"JWT_SECRET_KEY" secret:"true"`
	JWTPreviousKeys     []string `env:"JWT_PREVIOUS_KEYS" secret:"true"` // verify, but do not sign
	JWTAlgorithm        string   `env:"JWT_ALGORITHM" envDefault:"HS256"`
	AccessLifetime      Lifetime `env:"JWT_ACCESS_TOKEN_LIFETIME" envDefault:"15"`
	RefreshLifetime     Lifetime `env:"JWT_REFRESH_TOKEN_LIFETIME" envDefault:"1440"`
	RedisURL            string   `env:"REDIS_URL"`
	CORSOrigins         []string `env:"CORS_ALLOWED_ORIGINS" envDefault:"http://localhost,http://127.0.0.1"`
	DatabaseServiceURL  string   `env:"DATABASE_SERVICE_URL"`
	AuthServiceURL      string   `env:"AUTH_SERVICE_URL"`
	FileServiceURL      string   `env:"FILE_SERVICE_URL"`
	OCRServiceURL       string   `env:"OCR_SERVICE_URL"`
	DatabaseServiceAuth string   `env:"DATABASE_SERVICE_TOKEN" secret:"true"`

	Addr    string `env:"CLINICIAN_ADDR" envDefault:"127.0.0.1:8003"`
	DataDir string `env:"CLINICIAN_DATA_DIR"`
	RootKey string `env:"CLINICIAN_ROOT_KEY" secret:"true"` // base64 of 32 bytes; else a key file
	// RootKeyPrevious is the root key before RootKey, until the data was rekeyed.
	RootKeyPrevious string `env:"CLINICIAN_ROOT_KEY_PREVIOUS" secret:"true"`

	RootKeyFile string        `env:"CLINICIAN_ROOT_KEY_FILE"` // default: root.key in the data directory
	TempTTL     time.Duration `env:"CLINICIAN_TEMP_TTL" envDefault:"1h"`
	SessionIdle time.Duration `env:"CLINICIAN_SESSION_IDLE" envDefault:"0s"`
	TimeZone    string        `env:"CLINICIAN_TIME_ZONE"`
	OCRJobs     int           `env:"CLINICIAN_OCR_JOBS" envDefault:"1"`
	// ReadOnArrival has records read as they come in, but for those of the types named.
	ReadOnArrival    OnOff    `env:"CLINICIAN_READ_ON_ARRIVAL" envDefault:"on"`
	NotReadOnArrival []string `env:"CLINICIAN_READ_ON_ARRIVAL_EXCEPT"`

	Soffice   string `env:"CLINICIAN_SOFFICE" envDefault:"soffice"`
	Tesseract string `env:"CLINICIAN_TESSERACT" envDefault:"tesseract"`
	// NumberReader is the directory that scripts/setup number-reader filled; "" none.
	NumberReader string `env:"CLINICIAN_NUMBER_READER"`
	EngineURL    string `env:"OCR_ENGINE_URL"` // reads pages instead of tesseract
	EngineModel  string `env:"OCR_ENGINE_MODEL"`
	EngineKey    string `env:"OCR_ENGINE_KEY" secret:"true"`
	TLSCert      string `env:"CLINICIAN_TLS_CERT"`
	TLSKey       string `env:"CLINICIAN_TLS_KEY"`
	BehindProxy  bool   `env:"CLINICIAN_BEHIND_PROXY"`
	LogLevel     string `env:"CLINICIAN_LOG_LEVEL" envDefault:"info"`
	EnvFile      string `env:"CLINICIAN_ENV_FILE"` // variables in a file; those of the environment count
	APIDocs      bool   `env:"CLINICIAN_API_DOCS" envDefault:"true"`
	// Published says that somebody else decides who reaches the port that is listened
	// on, such as the container engine that publishes it; the image sets it.
	Published bool `env:"CLINICIAN_PUBLISHED"`
	// MetricsAddr is where Prometheus asks; "" nowhere. Beside loopback only when forced.
	MetricsAddr   string `env:"CLINICIAN_METRICS_ADDR"`
	MetricsPublic bool   `env:"CLINICIAN_METRICS_PUBLIC" envDefault:"false"`
}

// Load reads the configuration from environ ("KEY=value" as os.Environ gives
// it), fills in defaults and checks it. All problems are reported at once.
func Load(environ []string) (Config, error) {
	var c Config
	vars := env.ToMap(environ)
	if path := vars[EnvFile]; path != "" {
		more, err := readEnvFile(path)
		if err != nil {
			return c, problems([]error{err})
		}
		for name, value := range more {
			if vars[name] == "" { // what stands in the environment itself counts
				vars[name] = value
			}
		}
	}
	for k, v := range vars { // set but empty means not set, as in shells' ${X:-default}
		if v == "" {
			delete(vars, k)
		}
	}
	// Python's spellings of the one boolean of the specification.
	if v, ok := vars["DEBUG"]; ok {
		switch strings.ToLower(v) {
		case "true", "1", "yes", "on", "y", "t":
			vars["DEBUG"] = "true"
		case "false", "0", "no", "off", "n", "f":
			vars["DEBUG"] = "false"
		}
	}
	err := env.ParseWithOptions(&c, env.Options{Environment: vars})
	if c.DataDir == "" {
		c.DataDir = defaultDataDir(vars)
	}
	if err != nil {
		return c, problems(named(err, vars))
	}
	if c.JWTSecretKey == "" {
		c.JWTSecretKey = c.SecretKey
	}
	return c, problems(c.check())
}

func defaultDataDir(vars map[string]string) string {
	if dir := vars["XDG_DATA_HOME"]; filepath.IsAbs(dir) {
		return filepath.Join(dir, "clinician")
	}
	if home := vars["HOME"]; filepath.IsAbs(home) {
		return filepath.Join(home, ".local", "share", "clinician")
	}
	return "clinician-data"
}

// problems joins what is wrong into one error of several lines; nil for none.
func problems(list []error) error {
	if len(list) == 0 {
		return nil
	}
	lines := make([]string, len(list))
	for i, err := range list {
		lines[i] = "  - " + err.Error()
	}
	return fmt.Errorf("the configuration has %d problem(s); nothing was started:\n%s", len(list), strings.Join(lines, "\n"))
}

// wellKnown are secrets that stand in public sources.
var wellKnown = []string{"django-insecure-dev-key", "your-secret-key-here", "your-secret-key", "your-jwt-secret",
	"db-service-secret-token", "your-service-token", "secret", "changeme"}

// minSecret is the shortest secret taken: HS256 needs a key as long as its
// hash (RFC 7518 section 3.2).
const minSecret = 32

func (c Config) check() (bad []error) {
	add := func(format string, args ...any) { bad = append(bad, fmt.Errorf(format, args...)) }
	for _, part := range []func(problem){c.checkSecrets, c.checkSharedParts, c.checkPortal, c.checkRootKeys, c.checkLimits, c.checkEngine, c.checkTLS, c.checkMetrics} {
		part(add)
	}
	return append(bad, c.checkAddr()...)
}

// secret is a variable that must not be guessed.
type secret struct {
	name, value string
	ours        bool // made and checked by us alone, so that its length is ours to ask for
}

// secrets are the secrets of the configuration, each value once.
func (c Config) secrets() []secret {
	list := []secret{{"SECRET_KEY", c.SecretKey, true}}
	if c.JWTSecretKey != c.SecretKey {
		list = append(list, secret{"JWT_SECRET_KEY", c.JWTSecretKey, true})
	}
	for _, key := range c.JWTPreviousKeys {
		list = append(list, secret{"one of JWT_PREVIOUS_KEYS", strings.TrimSpace(key), true})
	}
	return append(list, secret{"DATABASE_SERVICE_TOKEN", c.DatabaseServiceAuth, false})
}

// weakSecrets says of which secrets anybody could have the value, a clause for each.
func (c Config) weakSecrets() (weak []string) {
	for _, s := range c.secrets() {
		switch {
		case slices.Contains(wellKnown, s.value):
			weak = append(weak, s.name+" is a well-known example value")
		case s.ours && s.value != "" && len(s.value) < minSecret:
			weak = append(weak, fmt.Sprintf("%s has %d bytes; at least %d are needed", s.name, len(s.value), minSecret))
		}
	}
	return weak
}

// development says why this server is for trying out only, in a sentence for whoever
// looks at it; "" when its secrets are none that anybody could have. Such a server
// answers only to the names of this machine.
func (c Config) development() string {
	weak := c.weakSecrets()
	if len(weak) == 0 {
		return ""
	}
	return "Development mode, not for real patients: " + strings.Join(weak, ", and ") + "."
}

// problem notes what is wrong, in a sentence that names the variable.
type problem func(format string, args ...any)

func (c Config) checkSecrets(add problem) {
	if !c.Debug {
		for _, s := range c.secrets() {
			if s.value == "" && s.ours {
				add("%s is missing; with DEBUG=False give at least %d random bytes, for example from: openssl rand -base64 48", s.name, minSecret)
			}
		}
	}
	if !c.Debug || c.public() && !c.Published {
		for _, weak := range c.weakSecrets() {
			add("%s; give a random one, for example from: openssl rand -base64 48", weak)
		}
	}
	if c.JWTAlgorithm != "HS256" {
		add("JWT_ALGORITHM is %q; this server signs and accepts HS256 only", c.JWTAlgorithm)
	}
}

func (c Config) checkSharedParts(add problem) {
	for _, origin := range c.CORSOrigins {
		if httpapi.CheckOrigin(strings.TrimSpace(origin)) != nil {
			add("CORS_ALLOWED_ORIGINS has %q, which is not scheme and host such as https://portal.example.org", origin)
		}
	}
	for _, v := range [][2]string{{"FILE_SERVICE_URL", c.FileServiceURL}, {"OCR_SERVICE_URL", c.OCRServiceURL}} {
		if v[1] == "" {
			continue
		}
		if err := sibling.CheckURL(v[1]); err != nil {
			add("%s %w", v[0], err)
		}
		if c.JWTSecretKey == "" {
			add("JWT_SECRET_KEY is missing; %s needs it: the key that the services of the portal share", v[0])
		}
	}
	if c.OCRServiceURL != "" && c.EngineURL != "" {
		add("OCR_SERVICE_URL and OCR_ENGINE_URL are both set; pages are read by one of them, so unset the other")
	}
	if c.RedisURL != "" {
		if u, err := url.Parse(c.RedisURL); err != nil || (u.Scheme != "redis" && u.Scheme != "rediss" && u.Scheme != "unix") {
			add("REDIS_URL must look like redis://host:6379/0")
		}
	}
}

// checkPortal: without AUTH_SERVICE_URL we sign in the people of database-service
// ourselves; auth-service alone knows nobody.
func (c Config) checkPortal(add problem) {
	for _, v := range [][2]string{{"DATABASE_SERVICE_URL", c.DatabaseServiceURL}, {"AUTH_SERVICE_URL", c.AuthServiceURL}} {
		if v[1] == "" {
			continue
		}
		if err := sibling.CheckURL(v[1]); err != nil {
			add("%s %w", v[0], err)
		}
	}
	if c.DatabaseServiceURL != "" && c.databaseServiceToken() == "" {
		add("DATABASE_SERVICE_TOKEN is missing; DATABASE_SERVICE_URL needs it: it is the service token of that database-service")
	}
	if c.AuthServiceURL == "" {
		return
	}
	if c.DatabaseServiceURL == "" {
		add("AUTH_SERVICE_URL is set without DATABASE_SERVICE_URL; auth-service signs in people of database-service, so give both or neither")
	}
	if c.JWTSecretKey == "" {
		add("JWT_SECRET_KEY is missing; AUTH_SERVICE_URL needs it: the key that auth-service signs its tokens with")
	}
}

func (c Config) checkRootKeys(add problem) {
	for _, v := range [][2]string{{"CLINICIAN_ROOT_KEY", c.RootKey}, {"CLINICIAN_ROOT_KEY_PREVIOUS", c.RootKeyPrevious}} {
		if k, err := base64.StdEncoding.DecodeString(v[1]); v[1] != "" && (err != nil || len(k) != 32) {
			add("%s must be the base64 of 32 bytes: openssl rand -base64 32", v[0])
		}
	}
	if c.RootKeyPrevious != "" && c.RootKey == "" {
		add("CLINICIAN_ROOT_KEY_PREVIOUS has no meaning without CLINICIAN_ROOT_KEY")
	}
}

func (c Config) checkLimits(add problem) {
	if c.TimeZone != "" {
		if _, err := time.LoadLocation(c.TimeZone); err != nil {
			add("CLINICIAN_TIME_ZONE %q is not known; use a name such as Europe/London", c.TimeZone)
		}
	}
	if c.TempTTL < time.Second || c.TempTTL > 24*time.Hour {
		add("CLINICIAN_TEMP_TTL must lie between 1s and 24h")
	}
	if c.OCRJobs < 1 || c.OCRJobs > 64 {
		add("CLINICIAN_OCR_JOBS must lie between 1 and 64")
	}
}

func (c Config) checkEngine(add problem) {
	if c.EngineURL != "" {
		if err := vision.CheckURL(c.EngineURL); err != nil {
			add("OCR_ENGINE_URL %w", err)
		}
		if c.EngineModel == "" {
			add("OCR_ENGINE_MODEL is missing; name the model that the engine of OCR_ENGINE_URL serves")
		}
	} else if c.EngineModel != "" || c.EngineKey != "" {
		add("OCR_ENGINE_MODEL and OCR_ENGINE_KEY have no meaning without OCR_ENGINE_URL")
	}
}

func (c Config) checkTLS(add problem) {
	if (c.TLSCert == "") != (c.TLSKey == "") {
		add("CLINICIAN_TLS_CERT and CLINICIAN_TLS_KEY belong together; one is missing")
	}
	for _, f := range []string{c.TLSCert, c.TLSKey} {
		if f != "" {
			if _, err := os.Stat(f); err != nil {
				add("the TLS file %s cannot be read", f)
			}
		}
	}
}

// checkMetrics refuses to tell more than this machine what the server is busy with,
// unless that is wanted: there is no login.
func (c Config) checkMetrics(add problem) {
	if c.MetricsAddr == "" {
		return
	}
	host, _, err := net.SplitHostPort(c.MetricsAddr)
	ip := net.ParseIP(host)
	switch {
	case err != nil:
		add("CLINICIAN_METRICS_ADDR %q must look like 127.0.0.1:9103", c.MetricsAddr)
	case host != "localhost" && (ip == nil || !ip.IsLoopback()) && !c.MetricsPublic:
		add("CLINICIAN_METRICS_ADDR %s can be reached from other machines, and nobody has to sign in there: use 127.0.0.1, or set CLINICIAN_METRICS_PUBLIC=true where the network keeps others out", c.MetricsAddr)
	}
}

// checkAddr refuses to talk in clear to more than this machine.
func (c Config) checkAddr() []error {
	_, port, err := net.SplitHostPort(c.Addr)
	if err != nil {
		return []error{fmt.Errorf("CLINICIAN_ADDR %q must look like 127.0.0.1:8003", c.Addr)}
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		return []error{fmt.Errorf("CLINICIAN_ADDR has no valid port: %q", port)}
	}
	if !c.public() || c.TLSCert != "" || c.BehindProxy || c.Published {
		return nil
	}
	return []error{fmt.Errorf("CLINICIAN_ADDR %s can be reached from other machines: give CLINICIAN_TLS_CERT and CLINICIAN_TLS_KEY, or set CLINICIAN_BEHIND_PROXY=true when a proxy adds TLS", c.Addr)}
}

// public reports whether other machines can reach the address that is listened on.
func (c Config) public() bool {
	host, _, err := net.SplitHostPort(c.Addr)
	ip := net.ParseIP(host)
	return err != nil || host != "localhost" && (ip == nil || !ip.IsLoopback())
}

// hosts are the names that are answered to.
func (c Config) hosts() []string {
	if c.development() != "" {
		return nil // the names of this machine
	}
	return c.AllowedHosts
}

// cookies are the names of the cookies of pages. In a portal they are those that its
// other services set and read; by themselves they are bound to host and TLS, if there is any.
func (c Config) cookies() wire.Cookies {
	portal := c.AuthServiceURL != "" || c.DatabaseServiceURL != ""
	return wire.CookieNames((c.TLSCert != "" || c.BehindProxy) && !portal)
}
