// Package command connects the command line with owners, agents and the
// window.
package command

import (
	"context"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"dev.varve/app/cli"
	"dev.varve/app/client"
	"dev.varve/app/launch"
	"dev.varve/app/machine"
	"dev.varve/app/webui"
	"dev.varve/app/wire/owner"
	"dev.varve/backend/execute"
	"dev.varve/backend/fault"
	"dev.varve/storage/disk"
)

// New returns the command line of this program.
func New(version string, out, err io.Writer) *cli.App {
	c := commands{version: version, err: err}
	return &cli.App{
		Version: version, Out: out, Err: err,
		Connect: c.connect, Serve: c.serve, Launch: c.launch, Doctor: c.doctor, Window: c.window, Browse: browse,
	}
}

type commands struct {
	version string
	err     io.Writer
}

func (c commands) log() *slog.Logger {
	return slog.New(slog.NewTextHandler(c.err, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

func (c commands) options(named string) (owner.Options, error) {
	dir, err := owner.Find(disk.OS{}, named)
	if err != nil {
		return owner.Options{}, err
	}
	pages, err := webui.Handler()
	return owner.Options{Dir: dir, Program: c.version, Log: c.log(), Pages: pages}, err
}

// automaticIdle is how long an owner that a command started stays without
// requests, pages and runs.
const automaticIdle = "1h"

// connect joins the owner of the workspace and starts one if there is none.
func (c commands) connect(ctx context.Context, named string) (*client.Client, error) {
	dir, err := owner.Find(disk.OS{}, named)
	if err != nil {
		return nil, err
	}
	if err := owner.Check(dir); err != nil {
		return nil, err
	}
	return owner.JoinOrStart(ctx, dir, func() (func() error, error) { return startOwner(dir) })
}

// startOwner starts this program as an owner that ends by itself. failed tells
// why it ended, if it did.
func startOwner(dir string) (failed func() error, err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, "find", "this program")
	}
	words, write, err := os.Pipe()
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "start owner of", dir)
	}
	child, err := machine.StartDetached(machine.Command{
		Args: []string{self, "serve", "--workspace", dir, "--automatic", "--idle-exit", automaticIdle}, Dir: "/", Stderr: write,
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

// launch prepares a run with the owner, and starts its agent from here.
func (c commands) launch(ctx context.Context, cl *client.Client, r cli.RunRequest, say func(string)) (string, error) {
	var spec execute.Spec
	if err := cl.Post(ctx, "/projects/prepare", prepareBody(r), &spec); err != nil {
		return "", err
	}
	return spec.Run, launch.Agent(ctx, &spec, say)
}

func prepareBody(r cli.RunRequest) owner.Request {
	return owner.Request{
		Path: r.Path, Entry: r.Entry, Params: r.Params, Experiment: r.Experiment, Manager: r.Manager, Name: r.Name,
		Parent: os.Getenv("MLFLOW_RUN_ID"),
	}
}

// doctor checks a workspace that nobody owns.
func (c commands) doctor(ctx context.Context, named string, o cli.DoctorOptions) (cli.Diagnosis, error) {
	opts, err := c.options(named)
	if err != nil {
		return cli.Diagnosis{}, err
	}
	opts.Log = slog.New(slog.DiscardHandler) // what it would say is in the diagnosis
	d, err := owner.Doctor(ctx, opts, o.Rebuild)
	return cli.Diagnosis{
		Workspace: opts.Dir, State: d.State, Events: d.Events, Runs: d.Runs, Chunks: d.Chunks, Damage: d.Damage, Notes: d.Notes, Rebuilt: d.Rebuilt,
	}, err
}

// window starts the window beside this program.
func (c commands) window(_ context.Context, named string) error {
	self, err := os.Executable()
	if err != nil {
		return fault.Wrap(err, fault.Internal, "find", "this program")
	}
	program := filepath.Join(filepath.Dir(self), "varve-window")
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	if _, err := os.Stat(program); err != nil {
		return fault.New(fault.NotFound, "the window (%s) is not installed beside this program", filepath.Base(program)).
			WithHint("Use `varve serve --open` to see the pages in a browser, or `varve --help` for commands.")
	}
	dir, err := owner.Find(disk.OS{}, named)
	if err != nil {
		return err
	}
	_, err = machine.StartDetached(machine.Command{Args: []string{program, "--workspace", dir}, Dir: filepath.Dir(dir)})
	return err
}

// browse opens an address in the person's browser.
func browse(address string) error {
	name, args := "xdg-open", []string{address}
	switch runtime.GOOS {
	case "darwin":
		name = "open"
	case "windows":
		name, args = "rundll32", []string{"url.dll,FileProtocolHandler", address}
	}
	if err := exec.Command(name, args...).Start(); err != nil {
		return fault.New(fault.Unavailable, "no browser could be opened: %v", err).
			WithHint("Open this address yourself: %s", strings.TrimSpace(address))
	}
	return nil
}
