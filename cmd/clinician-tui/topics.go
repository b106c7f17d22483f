package main

import "github.com/spf13/cobra"

// exitCodesTopic is "help exit-codes".
func exitCodesTopic() *cobra.Command {
	return &cobra.Command{Use: "exit-codes", Short: "What the exit status says", Long: `The exit status says how a command ended:

    0  it worked
    1  it failed, for a reason not listed here
    2  the command line was wrong; nothing was done
    3  nobody is logged in, or the session is over
    4  the server refused, or there is no such thing
    5  the server, or the keyring for a login, cannot be reached
    6  the job ended, but failed or was cancelled
  130  it was interrupted

Errors are one sentence on standard error that begins with "clinician-tui:", and a line with the next
step where there is one. With --json the last line on standard error is
{"error":{"code":"...","message":"..."}}.`}
}

// environmentTopic is "help environment".
func environmentTopic() *cobra.Command {
	return &cobra.Command{Use: "environment", Short: "Environment variables", Long: `CLINICIAN_SERVER
    address of the server, where --server is not given

CLINICIAN_TOKEN, CLINICIAN_REFRESH_TOKEN
    a session, as "login --print-token" prints it, for machines without a keyring. The first alone
    serves until the access token ends, about a quarter of an hour. With the second, a command that
    takes longer renews the session; that spends the token, and the command says so.`}
}
