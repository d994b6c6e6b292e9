//go:build desktop && !bindings

// Command varve-window is the window of Varve: what is double-clicked. This file
// is its composition root.
package main

import (
	_ "embed"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/adrg/xdg"

	"dev.varve/app/webui"
	"dev.varve/app/window"
	"dev.varve/backend/fault"
)

//go:embed build/icons/varve-256.png
var icon []byte

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "varve-window:", err)
		if hint := fault.HintOf(err); hint != "" {
			fmt.Fprintln(os.Stderr, hint)
		}
		os.Exit(1)
	}
}

func run() error {
	pages, err := webui.Handler()
	if err != nil {
		return err
	}
	return window.Run(window.Options{
		Title:     "Varve",
		Icon:      icon,
		Handler:   pages,
		StateFile: filepath.Join(xdg.StateHome, "varve", "window.json"),
		Log:       slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
}
