package clinicianapi

import (
	"net"
	"net/netip"
	"net/url"
	"strings"

	"clinician/internal/core"
)

// parseAddress gives scheme and host of the server: nothing else may be in an
// address, because it is shown on screens and used as the name of the token.
func parseAddress(s string, allowPlain bool) (*url.URL, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return nil, core.Errorf(core.CodeInvalid, "The server's address is missing. Give it as https://host:port.")
	}
	if !strings.Contains(s, "://") {
		scheme := "https://"
		if u, err := url.Parse("//" + s); err == nil && isLoopback(u.Hostname()) {
			scheme = "http://"
		}
		s = scheme + s
	}
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" ||
		strings.Trim(u.Path, "/") != "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, core.Errorf(core.CodeInvalid, "The server's address is not valid. Give it as https://host:port, without a path.").WithCause(err)
	}
	if u.Scheme == "http" && !allowPlain && !isLoopback(u.Hostname()) {
		return nil, core.Errorf(core.CodeInvalid,
			"Plain http is only allowed to this machine, because others could read patients' data on the way. Use an address that starts with https://.")
	}
	base := &url.URL{Scheme: u.Scheme, Host: strings.ToLower(u.Host)}
	if (u.Scheme == "http" && u.Port() == "80") || (u.Scheme == "https" && u.Port() == "443") {
		base.Host = strings.TrimSuffix(base.Host, ":"+u.Port())
	}
	return base, nil
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && ip.Unmap().IsLoopback()
}

// loopbackOnly reports whether addr, as dialled, is on this machine.
func loopbackOnly(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	return err == nil && isLoopback(host)
}
