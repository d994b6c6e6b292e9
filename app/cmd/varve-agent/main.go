// Command varve-agent is the small process beside each run: it starts it,
// records it, and outlives everybody else. It reads a description of the run
// from standard input; people do not start it themselves.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"dev.varve/app/wire/agent"
	"dev.varve/build/version"
)

// The agent lives beside a training that needs the memory more.
const memoryLimit = 20 << 20 // bytes

func main() {
	debug.SetMemoryLimit(memoryLimit)
	debug.SetGCPercent(50)
	signal.Ignore(syscall.SIGHUP)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := agent.Run(ctx, os.Stdin, os.Stdout, "varve-agent "+version.Version); err != nil {
		fmt.Fprintln(os.Stderr, "varve-agent:", err)
		os.Exit(1)
	}
}
