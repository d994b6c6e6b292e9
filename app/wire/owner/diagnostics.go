package owner

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"dev.varve/app/door/api"
	"dev.varve/app/machine"
	"dev.varve/backend/fault"
	"dev.varve/backend/job"
	"dev.varve/backend/track"
	program "dev.varve/build/version"
)

// diagnostics are what helps whoever looks for a fault, and nothing of what the
// workspace is about: no names of runs and data, no params, no token.
type diagnostics struct{ o *Owner }

// Diagnostics returns the bundle as text, for the person to read first.
func (d diagnostics) Diagnostics(context.Context) (api.Diagnostics, error) {
	now := d.o.clock.Now()
	var b strings.Builder
	for _, part := range []struct {
		title string
		write func(*strings.Builder)
	}{
		{"Program", d.program}, {"Computer", d.computer}, {"Workspace", d.workspace}, {"Recent work", d.work}, {"Warnings since this start", d.warnings},
	} {
		fmt.Fprintf(&b, "%s\n%s\n", part.title, strings.Repeat("-", len(part.title)))
		part.write(&b)
		b.WriteByte('\n')
	}
	return api.Diagnostics{Name: "varve-diagnostics-" + now.Format("2006-01-02") + ".txt", Text: redact(b.String(), personal())}, nil
}

func fact(b *strings.Builder, name string, value any) { fmt.Fprintf(b, "%-22s %v\n", name, value) }

func (d diagnostics) program(b *strings.Builder) {
	fact(b, "version", program.Version)
	fact(b, "as", d.o.Program)
	fact(b, "built with", runtime.Version())
	fact(b, "running for", d.o.clock.Now().Sub(d.o.started).Round(time.Second))
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	fact(b, "memory in use", mebibytes(int64(m.HeapInuse)))
	fact(b, "goroutines", runtime.NumGoroutine())
}

func (d diagnostics) computer(b *strings.Builder) {
	fact(b, "system", runtime.GOOS+" "+runtime.GOARCH)
	if text, err := os.ReadFile("/etc/os-release"); err == nil {
		for line := range strings.Lines(string(text)) {
			if name, ok := strings.CutPrefix(line, "PRETTY_NAME="); ok {
				fact(b, "distribution", strings.Trim(name, "\"\n"))
			}
		}
	}
	s := machine.Glance()
	fact(b, "cores", machine.Cores())
	fact(b, "memory", mebibytes(s.MemoryUsed)+" of "+mebibytes(s.MemoryTotal))
	for _, name := range []string{"LANG", "LC_ALL", "XDG_SESSION_TYPE", "XDG_CURRENT_DESKTOP", "DISPLAY", "WAYLAND_DISPLAY", "GDK_SCALE"} {
		if value, ok := os.LookupEnv(name); ok {
			fact(b, name, value)
		}
	}
}

func (d diagnostics) workspace(b *strings.Builder) {
	o := d.o
	experiments, runs, live, datasets := 0, 0, 0, 0
	o.tracker.Experiments(func(*track.Experiment) { experiments++ })
	o.tracker.Briefs(nil, func(track.Brief) bool { runs++; return true })
	o.tracker.Live(func(track.Brief) { live++ })
	o.tracker.Datasets(func(*track.Dataset) { datasets++ })
	fact(b, "experiments", experiments)
	fact(b, "runs", runs)
	fact(b, "of them live", live)
	fact(b, "data sets", datasets)
	fact(b, "index", said(o.Rebuilt, "kept from before"))
	for _, part := range []struct{ name, dir string }{{"journal", o.ws.Journal()}, {"packs", o.ws.Packs()}, {"cache", o.places.Cache}} {
		bytes, files, err := size(part.dir)
		if err != nil {
			fact(b, part.name, err)
			continue
		}
		fact(b, part.name, fmt.Sprintf("%s in %d files", mebibytes(bytes), files))
	}
	for _, damage := range o.Damage() {
		fact(b, "damaged", damage)
	}
}

// work lists what was done lately: kinds, ends and times; titles name people's
// things.
func (d diagnostics) work(b *strings.Builder) {
	for _, j := range d.o.jobs.List() {
		took := "runs"
		if j.State != job.Running {
			took = time.Duration((j.Ended - j.Started) * int64(time.Millisecond)).String()
		}
		fmt.Fprintf(b, "%s  %-10s %-10s %s", time.UnixMilli(j.Started).UTC().Format("2006-01-02 15:04:05"), j.Kind, j.State, took)
		if j.Err != nil {
			fmt.Fprintf(b, "  (%s)", fault.KindOf(j.Err))
		}
		b.WriteByte('\n')
	}
}

func (d diagnostics) warnings(b *strings.Builder) {
	for _, line := range d.o.words.all() {
		b.WriteString(line + "\n")
	}
}

func said(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

func mebibytes(n int64) string { return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20)) }

// size counts the bytes and the files in a folder.
func size(dir string) (bytes int64, files int, err error) {
	err = filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return nil // it has just gone
		}
		bytes += info.Size()
		files++
		return nil
	})
	if err != nil {
		return 0, 0, fault.Wrap(err, fault.Unavailable, "look through", dir)
	}
	return bytes, files, nil
}

// personal are words that say who somebody is, and what stands for them.
func personal() [][2]string {
	pairs := [][2]string{}
	if home, err := os.UserHomeDir(); err == nil && len(home) > 1 {
		pairs = append(pairs, [2]string{home, "~"})
	}
	if u, err := user.Current(); err == nil && len(u.Username) > 2 && u.Username != "root" {
		pairs = append(pairs, [2]string{u.Username, "(person)"})
	}
	if name := machine.Hostname(); len(name) > 2 && name != "localhost" {
		pairs = append(pairs, [2]string{name, "(computer)"})
	}
	return pairs
}

// redact replaces each word by what stands for it.
func redact(text string, pairs [][2]string) string {
	for _, p := range pairs {
		text = strings.ReplaceAll(text, p[0], p[1])
	}
	return text
}
