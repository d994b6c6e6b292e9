//go:build desktop && !bindings

// Command varve-window is the window of Varve: what is double-clicked. This file
// is its composition root.
package main

import (
	"context"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"golang.org/x/term"

	"dev.varve/app/webui"
	"dev.varve/app/window"
	"dev.varve/app/wire/desk"
	"dev.varve/app/wire/owner"
	"dev.varve/backend/fault"
	"dev.varve/build/version"
	"dev.varve/storage/disk"
	"dev.varve/storage/workspace"
)

//go:embed build/icons/varve-256.png
var icon []byte

func main() {
	named := flag.String("workspace", "", "workspace folder")
	flag.Parse()
	if err := run(workspaceOf(*named, flag.Args())); err != nil {
		complain(err)
		os.Exit(1)
	}
}

// complain says why there is no window: on the terminal, and, since a double
// click has none, in a dialog.
func complain(err error) {
	hint := fault.HintOf(err)
	fmt.Fprintln(os.Stderr, "varve-window:", err)
	if hint != "" {
		fmt.Fprintln(os.Stderr, hint)
	}
	if !term.IsTerminal(int(os.Stderr.Fd())) {
		window.Tell("Varve", fault.Sentence(err.Error()), hint)
	}
}

// workspaceOf is the folder that was asked for: by the flag, or by what was
// double-clicked: the folder or the marker in it.
func workspaceOf(named string, args []string) string {
	if named != "" || len(args) == 0 {
		return named
	}
	if filepath.Base(args[0]) == workspace.MarkerName {
		return filepath.Dir(args[0])
	}
	return args[0]
}

func run(named string) error {
	dir, err := owner.Find(disk.OS{}, named)
	if err != nil {
		return err
	}
	if err := owner.Check(dir); err != nil {
		return err
	}
	return show(dir)
}

// show opens the workspace and the window on it.
func show(dir string) error {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	pages, err := webui.Handler()
	if err != nil {
		return err
	}
	d, first, err := desk.Open(ctx, owner.Options{Dir: dir, Program: "varve-window " + version.Version, Log: log, Pages: pages})
	if err != nil || !first {
		return err
	}
	err = window.Run(window.Options{
		Title:     d.Title(),
		Icon:      icon,
		Handler:   d,
		StateFile: d.StateFile(),
		Raise:     d.Raise(),
		Switch: func(path string, create bool) (window.Another, error) {
			raised, err := d.Switch(path, create)
			return window.Another{Title: d.Title(), StateFile: d.StateFile(), Raised: raised}, err
		},
		Leaving: func(ctx context.Context) window.Leaving {
			return window.Leaving{Runs: d.Runs(ctx), Stops: d.Stops()}
		},
		Asking: desk.Asking{},
		Log:    log,
	})
	return errors.Join(err, d.Close())
}
