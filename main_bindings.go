//go:build bindings

// What `wails build` starts to learn which Go methods JavaScript may call: none
// (app/window says why). It does nothing else.
package main

import (
	"fmt"
	"net/http"
	"os"

	"dev.varve/app/window"
)

func main() {
	if err := window.Run(window.Options{Handler: http.NotFoundHandler()}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
