package disk

import (
	"context"
	"os/exec"
	"strings"
	"time"
)

// tmuxTime is how long tmux may take to say what it is.
const tmuxTime = 500 * time.Millisecond

// TmuxPasses reports whether the program runs in tmux, tmux lets it send pictures to the
// terminals around it, and every one of them draws pictures in cells.
func TmuxPasses(ctx context.Context, env func(string) string) bool {
	pane := env("TMUX_PANE")
	if env("TMUX") == "" || pane == "" {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, tmuxTime)
	defer cancel()
	passes, err := exec.CommandContext(ctx, "tmux", "display-message", "-p", "-t", pane, "#{allow-passthrough}").Output()
	if err != nil {
		return false
	}
	clients, err := exec.CommandContext(ctx, "tmux", "list-clients", "-t", pane, "-F", "#{client_termname}").Output()
	if err != nil {
		return false
	}
	return passesTo(strings.TrimSpace(string(passes)), strings.Fields(string(clients)))
}

// passesTo decides by tmux's option and the names of the terminals around it.
func passesTo(allow string, terminals []string) bool {
	for _, t := range terminals {
		if t != "xterm-kitty" && t != "xterm-ghostty" {
			return false
		}
	}
	return len(terminals) > 0 && (allow == "on" || allow == "all" || allow == "1" || allow == "2")
}
