// Package background starts owners that nobody sees: for commands, and for the
// scripts and runs that a closing window leaves behind.
package background

import (
	"os"
	"path/filepath"
	"runtime"

	"dev.varve/app/cli"
	"dev.varve/app/machine"
	"dev.varve/backend/fault"
)

// idle is how long such an owner stays without requests, pages and runs.
const idle = "1h"

// Program finds another program of Varve beside this one.
func Program(name string) (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", fault.Wrap(err, fault.Internal, "find", "this program")
	}
	if real, err := filepath.EvalSymlinks(self); err == nil {
		self = real
	}
	program := filepath.Join(filepath.Dir(self), name)
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	if _, err := os.Stat(program); err != nil {
		return "", fault.New(fault.NotFound, "the program %s is not installed beside this one", filepath.Base(program)).
			WithHint("Install Varve again; its programs belong into one folder.")
	}
	return program, nil
}

// Owner starts the command line program as an owner that ends by itself. failed
// tells why it ended, if it did.
func Owner(dir string) (failed func() error, err error) {
	program, err := Program("varve")
	if err != nil {
		return nil, err
	}
	words, write, err := os.Pipe()
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "start owner of", dir)
	}
	child, err := machine.StartDetached(machine.Command{
		Args: []string{program, "serve", "--workspace", dir, "--automatic", "--idle-exit", idle}, Dir: "/", Stderr: write,
	})
	write.Close()
	if err != nil {
		words.Close()
		return nil, err
	}
	return func() error {
		select {
		case <-child.Done():
		default:
			return nil
		}
		defer words.Close()
		if child.Status().Code == 0 {
			return nil // it gave way to a live owner
		}
		return cli.ParseFailure(words)
	}, nil
}
