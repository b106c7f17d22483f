package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"clinician/internal/core/boot"
)

// healthPatience is more than a server takes to ask each of its parts.
const healthPatience = 5 * time.Second

func newHealth(p *program) *cobra.Command {
	live := false
	cmd := &cobra.Command{
		Use: "health", Short: "Ask the server on this machine whether it is ready", Args: noArgs,
		Long: "health asks the server that runs on this machine with the same configuration whether it is ready, prints its answer\n" +
			"and ends with 1 when it is not. It is what the container image asks.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := p.config()
			if err != nil {
				return err
			}
			return askHealth(cmd.Context(), cmd.OutOrStdout(), c, live)
		},
	}
	cmd.Flags().BoolVar(&live, "live", false, "ask only whether it runs, not whether all it needs answers")
	cmd.Flags().StringVar(&p.addr, "addr", "", "address the server listens on (CLINICIAN_ADDR; default 127.0.0.1:8003)")
	return cmd
}

// askHealth asks the server of c. The certificate is not looked at: it is made for
// another name, and nothing but this machine is asked.
func askHealth(ctx context.Context, out io.Writer, c boot.Config, live bool) error {
	ctx, cancel := context.WithTimeout(ctx, healthPatience)
	defer cancel()
	url, path := "http://", "/health/ready"
	if c.TLSCert != "" {
		url = "https://"
	}
	if live {
		path = "/health/live"
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+here(c.Addr)+path, nil)
	if err != nil {
		return err
	}
	if name := strings.TrimPrefix(c.AllowedHosts[0], "."); name != "*" && !c.Debug {
		req.Host = name
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true}
	answer, err := (&http.Client{Transport: transport}).Do(req)
	if err != nil {
		return fmt.Errorf("the server at %s does not answer", c.Addr)
	}
	defer answer.Body.Close()
	if _, err := io.Copy(out, io.LimitReader(answer.Body, 1<<16)); err != nil {
		return err
	}
	fmt.Fprintln(out)
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("the server is not ready (%d)", answer.StatusCode)
	}
	return nil
}

// here is how this machine reaches an address that is listened on.
func here(addr string) string {
	host, port, _ := net.SplitHostPort(addr) // checked with the configuration
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}
