package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// tool is a program that keeps versions of files. Each has a folder of its own, with a
// home in it.
type tool interface {
	name() string
	// begin makes a new store for what lies at a path; tools that keep what lies in
	// their own folder get a copy of it.
	begin(source string) error
	// follow tells a tool with a copy that the source has changed.
	follow() error
	// keep makes a version.
	keep() error
	// restore brings the newest version into a new folder.
	restore(dest string) error
	// store is the folder whose size counts.
	store() string
	end()
}

// place is what all tools have.
type place struct {
	ctx         context.Context
	dir, source string
}

// command runs a program in a folder.
func (p *place) command(in, program string, args ...string) error {
	cmd := exec.CommandContext(p.ctx, program, args...)
	cmd.Dir = in
	cmd.Env = p.environment()
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", filepath.Base(program), strings.Join(args, " "), err, out.Bytes()[max(0, out.Len()-2000):])
	}
	return nil
}

func (p *place) environment() []string {
	return append(os.Environ(), "HOME="+p.dir, "XDG_CACHE_HOME="+p.dir+"/.cache", "XDG_STATE_HOME="+p.dir+"/.state", "XDG_CONFIG_HOME="+p.dir+"/.config",
		"RESTIC_PASSWORD=x", "GIT_CONFIG_GLOBAL="+p.dir+"/gitconfig", "DVC_NO_ANALYTICS=1")
}

func (p *place) fresh(source string) error {
	p.source = source
	if err := os.RemoveAll(p.dir); err != nil {
		return err
	}
	return os.MkdirAll(p.dir, 0o755)
}

func (p *place) follow() error { return nil }

func (p *place) end() {}

// copied brings what lies at the source into the tool's own folder.
func (p *place) copied(to string) error {
	if err := os.RemoveAll(to); err != nil {
		return err
	}
	return p.command(p.dir, "cp", "-a", p.source, to)
}

type varveTool struct {
	place
	program string
	owner   *exec.Cmd
}

func (*varveTool) name() string    { return "Varve" }
func (t *varveTool) store() string { return filepath.Join(t.dir, "ws", "packs") }

func (t *varveTool) run(args ...string) error {
	return t.command(t.dir, t.program, append([]string{"--workspace", filepath.Join(t.dir, "ws")}, args...)...)
}

// begin makes a workspace, and the owner that works for whoever asks.
func (t *varveTool) begin(source string) error {
	t.end()
	if err := t.fresh(source); err != nil {
		return err
	}
	t.owner = exec.CommandContext(t.ctx, t.program, "--workspace", filepath.Join(t.dir, "ws"), "serve", "--no-token", "--port", "0")
	t.owner.Env = t.environment()
	out, err := t.owner.StdoutPipe()
	if err == nil {
		err = t.owner.Start()
	}
	if err != nil {
		t.owner = nil
		return err
	}
	said, err := bufio.NewReader(out).ReadString('\n') // that it is ready
	if err != nil {
		return fmt.Errorf("varve serve said %q: %w", said, err)
	}
	return nil
}

func (t *varveTool) keep() error               { return t.run("data", "add", "bench", t.source) }
func (t *varveTool) restore(dest string) error { return t.run("data", "get", "bench", dest) }

func (t *varveTool) end() {
	if t.owner != nil {
		_ = t.owner.Process.Signal(os.Interrupt)
		_ = t.owner.Wait() // its end is all that counts
		t.owner = nil
	}
}

type resticTool struct{ place }

func (*resticTool) name() string    { return "restic" }
func (t *resticTool) store() string { return filepath.Join(t.dir, "repo") }

func (t *resticTool) begin(source string) error {
	if err := t.fresh(source); err != nil {
		return err
	}
	return t.command(t.dir, "restic", "-r", t.store(), "init")
}

func (t *resticTool) keep() error {
	return t.command(t.dir, "restic", "-r", t.store(), "backup", t.source)
}

func (t *resticTool) restore(dest string) error {
	return t.command(t.dir, "restic", "-r", t.store(), "restore", "latest", "--target", dest)
}

type lfsTool struct{ place }

func (*lfsTool) name() string    { return "git-lfs" }
func (t *lfsTool) repo() string  { return filepath.Join(t.dir, "repo") }
func (t *lfsTool) store() string { return filepath.Join(t.repo(), ".git") }

func (t *lfsTool) begin(source string) error {
	if err := t.fresh(source); err != nil {
		return err
	}
	for _, args := range [][]string{
		{"config", "--global", "user.name", "bench"}, {"config", "--global", "user.email", "bench@localhost"}, {"config", "--global", "protocol.file.allow", "always"},
		{"init", "-q", t.repo()}, {"-C", t.repo(), "lfs", "install", "--local"}, {"-C", t.repo(), "lfs", "track", "data/**"},
	} {
		if err := t.command(t.dir, "git", args...); err != nil {
			return err
		}
	}
	return t.follow()
}

func (t *lfsTool) follow() error { return t.copied(filepath.Join(t.repo(), "data")) }

func (t *lfsTool) keep() error {
	if err := t.command(t.repo(), "git", "add", "-A"); err != nil {
		return err
	}
	return t.command(t.repo(), "git", "commit", "-q", "--allow-empty", "-m", "version")
}

func (t *lfsTool) restore(dest string) error {
	return t.command(t.dir, "git", "clone", "-q", t.repo(), dest)
}

type dvcTool struct {
	place
	program string
}

func (*dvcTool) name() string    { return "DVC" }
func (t *dvcTool) repo() string  { return filepath.Join(t.dir, "repo") }
func (t *dvcTool) store() string { return filepath.Join(t.repo(), ".dvc", "cache") }

func (t *dvcTool) begin(source string) error {
	if err := t.fresh(source); err != nil {
		return err
	}
	if err := os.Mkdir(t.repo(), 0o755); err != nil {
		return err
	}
	if err := t.command(t.repo(), t.program, "init", "-q", "--no-scm"); err != nil {
		return err
	}
	return t.follow()
}

func (t *dvcTool) follow() error { return t.copied(filepath.Join(t.repo(), "data")) }

func (t *dvcTool) keep() error { return t.command(t.repo(), t.program, "add", "-q", "data") }

// restore checks out in place: DVC has no other way.
func (t *dvcTool) restore(string) error {
	return t.command(t.repo(), t.program, "checkout", "-q", "data.dvc")
}

// size adds up the files of a folder.
func size(dir string) (total int64, err error) {
	err = filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err == nil {
			total += info.Size()
		}
		return err
	})
	return total, err
}
