// Command varve is the command line of Varve, and the headless owner of a
// workspace (varve serve). Without a command it opens the window.
package main

import (
	"context"
	"os"

	"dev.varve/app/wire/command"
	"dev.varve/build/version"
)

func main() {
	app := command.New("varve "+version.Version, os.Stdout, os.Stderr)
	os.Exit(app.Run(context.Background(), os.Args[1:]))
}
