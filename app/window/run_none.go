//go:build !desktop && !bindings

package window

import "dev.varve/backend/fault"

func run(Options) error {
	return fault.New(fault.Unsupported, "this program was built without its window").
		WithHint("run make build, then start build/bin/varve-window")
}
