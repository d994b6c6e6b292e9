// Package command connects the command line with owners, agents and the
// window.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"dev.varve/app/cli"
	"dev.varve/app/client"
	"dev.varve/app/door/api"
	"dev.varve/app/launch"
	"dev.varve/app/machine"
	"dev.varve/app/webui"
	"dev.varve/app/wire/background"
	"dev.varve/app/wire/owner"
	"dev.varve/backend/content"
	"dev.varve/backend/execute"
	"dev.varve/backend/fault"
	"dev.varve/storage/disk"
	"dev.varve/storage/folder"
)

// New returns the command line of this program.
func New(version string, out, err io.Writer) *cli.App {
	c := commands{version: version, err: err, warned: &sync.Once{}}
	return &cli.App{
		Version: version, Out: out, Err: err,
		Connect: c.connect, Serve: c.serve, Launch: c.launch, Doctor: c.doctor, Window: c.window, Browse: browse,
		Workspaces: listed, OnDisk: disk.Classify, Source: func(path string) content.Source { return folder.NewSource(path) },
	}
}

type commands struct {
	version string
	err     io.Writer
	warned  *sync.Once
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

// connect joins the owner of the workspace and starts one if there is none.
func (c commands) connect(ctx context.Context, named string) (*client.Client, error) {
	dir, err := owner.Find(disk.OS{}, named)
	if err != nil {
		return nil, err
	}
	if err := owner.Check(dir); err != nil {
		return nil, err
	}
	cl, err := owner.JoinOrStart(ctx, dir, func() (func() error, error) { return background.Owner(dir) })
	if err != nil {
		return nil, err
	}
	return cl, c.warn(ctx, cl)
}

// shownDamage is how many damaged places a warning names.
const shownDamage = 3

// warn says, once, that the owner has found the record damaged: a list that
// lacks something must not look whole.
func (c commands) warn(ctx context.Context, cl *client.Client) (err error) {
	c.warned.Do(func() {
		var alive api.Alive
		if err = cl.Get(ctx, "/alive", nil, &alive); err != nil || len(alive.Damage) == 0 {
			return
		}
		fmt.Fprintln(c.err, "varve: a part of the record is damaged, and may be missing here:")
		for _, place := range alive.Damage[:min(len(alive.Damage), shownDamage)] {
			fmt.Fprintln(c.err, "  "+place)
		}
		fmt.Fprintln(c.err, "`varve doctor` names all of it, once no Varve has the workspace open. Restore the named files from a back-up.")
	})
	return err
}

// launch prepares a run with the owner, and starts its agent from here.
func (c commands) launch(ctx context.Context, cl *client.Client, r cli.RunRequest, say func(string)) (string, error) {
	var spec execute.Spec
	if err := cl.Post(ctx, "/projects/prepare", prepareBody(r), &spec); err != nil {
		return "", err
	}
	agent, err := launch.Agent(ctx, &spec, say)
	if err != nil {
		return "", err
	}
	// So that the run is there when this program asks for it.
	return spec.Run, cl.Post(ctx, "/agents/"+agent, struct{}{}, nil)
}

func prepareBody(r cli.RunRequest) api.Prepare {
	out := api.Prepare{
		Path: r.Path, EntryPoint: r.Entry, Params: []api.Value{}, Experiment: r.Experiment, Manager: r.Manager, Name: r.Name,
		Parent: os.Getenv("MLFLOW_RUN_ID"),
	}
	for _, p := range r.Params {
		out.Params = append(out.Params, api.Value{Name: p.Name, Value: p.Value})
	}
	return out
}

// doctor checks a workspace that nobody owns.
func (c commands) doctor(ctx context.Context, named string, o cli.DoctorOptions) (cli.Diagnosis, error) {
	opts, err := c.options(named)
	if err != nil {
		return cli.Diagnosis{}, err
	}
	opts.Log = slog.New(slog.DiscardHandler) // what it would say is in the diagnosis
	d, err := owner.Doctor(ctx, opts, o.Rebuild)
	if errors.Is(err, fault.Locked) {
		err = fault.New(fault.Locked, "another process owns the workspace %s", opts.Dir).
			WithHint("Close the Varve window or the `varve serve` that has it open, then try again.")
	}
	return cli.Diagnosis{
		Workspace: opts.Dir, State: d.State, Events: d.Events, Runs: d.Runs, Chunks: d.Chunks, Damage: d.Damage, Notes: d.Notes, Rebuilt: d.Rebuilt,
	}, err
}

// listed are the workspaces of this computer.
func listed(named string) (api.Workspaces, error) {
	here, err := owner.Find(disk.OS{}, named)
	list := owner.ListWorkspaces()
	for i := range list.Workspaces {
		list.Workspaces[i].Here = list.Workspaces[i].Path == here
	}
	return list, err
}

// window starts the window beside this program.
func (c commands) window(_ context.Context, named string) error {
	program, err := background.Program("varve-window")
	if err != nil {
		return err
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
