package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"clinician/internal/tui/config"
)

// exitCodesTopic is "help exit-codes".
func exitCodesTopic() *cobra.Command {
	return &cobra.Command{Use: "exit-codes", Short: "What the exit status says", Long: `The exit status says how a command ended:

    0  it worked
    1  it failed, for a reason not listed here
    2  the command line was wrong; nothing was done
    3  nobody is logged in, or the session is over
    4  it was refused (also because of a legal hold, or because things have changed), or there is
       no such thing
    5  the server, or the keyring for a login, cannot be reached, or the server cannot prove who it is
    6  the job ended, but failed or was cancelled
  130  it was interrupted

Errors are one sentence on standard error that begins with "clinician-tui:", and a line with the next
step where there is one. With --json the last line on standard error is
{"error":{"code":"...","message":"..."}}.`}
}

// environmentTopic is "help environment".
func environmentTopic() *cobra.Command {
	return &cobra.Command{Use: "environment", Short: "Environment variables", Long: `CLINICIAN_CONFIG
    the configuration file, instead of ~/.config/clinician/config.toml ("help config")

CLINICIAN_SERVER, CLINICIAN_CA, CLINICIAN_THEME, ...
    the options of that file: CLINICIAN_ and the option's name in capitals

NO_COLOR
    when set, nothing is told by colour and no colour is used

CLINICIAN_TOKEN, CLINICIAN_REFRESH_TOKEN
    a session, as "login --print-token" prints it, for machines without a keyring. The first alone
    serves until the access token ends, about a quarter of an hour. With the second, a command that
    takes longer renews the session; that spends the token, and the command says so.`}
}

// configTopic is "help config".
func configTopic() *cobra.Command {
	var b strings.Builder
	b.WriteString("The file is ~/.config/clinician/config.toml, or what CLINICIAN_CONFIG names, in TOML: lines option = \"value\".\n" +
		"The command line counts before the environment, that before the file, the file before the default.\n\n")
	for _, o := range config.Options() {
		fmt.Fprintf(&b, "  %-15s %s\n  %-15s   takes %s\n", o.Name, o.Help, "", o.Values)
	}
	b.WriteString("  key.ACTION      other keys for an action: key.upload = \"U,ctrl+u\"\n" +
		"                    docs/keys.md lists the actions\n")
	return &cobra.Command{Use: "config", Short: "The configuration file", Long: b.String()}
}
