//go:build !desktop && !bindings

// Without the build tag "desktop" this is a program that says how to build the
// window, so that a checkout without GTK and WebKit compiles as a whole.
package main

import (
	"fmt"
	"net/http"
	"os"

	"dev.varve/app/window"
	"dev.varve/backend/fault"
)

func main() {
	err := window.Run(window.Options{Handler: http.NotFoundHandler()})
	fmt.Fprintln(os.Stderr, "varve-window:", err)
	fmt.Fprintln(os.Stderr, fault.HintOf(err))
	os.Exit(1)
}
