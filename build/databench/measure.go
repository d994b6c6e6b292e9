package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// row is one kind of work, done by each tool.
type row struct {
	what string
	took map[string]time.Duration
	grew map[string]int64  // bytes of the store; none: not looked at
	base time.Duration     // of cp and sync, if that is what it is compared with
	aims map[string]string // by tool, in words
}

type bench struct {
	ctx context.Context
	options
	tools  []tool
	rows   []*row
	absent []string
	peak   int64 // bytes that the owner held at most with many files
}

func (b *bench) say(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }

// measure has each tool do everything, one tool after the other.
func (b *bench) measure() error {
	at := func(name string) place { return place{ctx: b.ctx, dir: filepath.Join(b.dir, name)} }
	varve := &varveTool{place: at("varve"), program: b.varve}
	b.tools = []tool{varve}
	if _, err := exec.LookPath("restic"); err == nil {
		b.tools = append(b.tools, &resticTool{at("restic")})
	} else {
		b.absent = append(b.absent, "restic")
	}
	if _, err := exec.LookPath("git-lfs"); err == nil {
		b.tools = append(b.tools, &lfsTool{at("lfs")})
	} else {
		b.absent = append(b.absent, "git-lfs")
	}
	if b.dvc != "" {
		b.tools = append(b.tools, &dvcTool{at("dvc"), b.dvc})
	} else {
		b.absent = append(b.absent, "DVC")
	}
	if err := b.smallFiles(); err != nil {
		return err
	}
	if err := b.largeFile(); err != nil {
		return err
	}
	if b.many == 0 {
		return nil
	}
	return b.manyFiles(varve)
}

// each lets every tool do a work, and notes how long it takes and, if grows, by how
// much its store grew. Nothing waits to be written when the clock starts, and all is
// when it stops: not every tool sees to that itself.
func (b *bench) each(r *row, tools []tool, grows bool, before, work func(tool) error) error {
	r.took, r.grew = map[string]time.Duration{}, map[string]int64{}
	b.rows = append(b.rows, r)
	for _, t := range tools {
		if before != nil {
			if err := before(t); err != nil {
				return fmt.Errorf("%s: %w", t.name(), err)
			}
		}
		old := int64(0)
		if grows {
			old, _ = size(t.store()) // 0 if there is none yet
		}
		flush()
		began := time.Now()
		err := work(t)
		took := time.Since(began)
		if err == nil && grows {
			var now int64
			now, err = size(t.store())
			r.grew[t.name()] = now - old
		}
		if err != nil {
			return fmt.Errorf("%s, %s: %w", r.what, t.name(), err)
		}
		r.took[t.name()] = took
		b.say("%s: %s %.2f s", r.what, t.name(), took.Seconds())
	}
	return nil
}

func keep(t tool) error { return t.keep() }

// restoring restores into a new folder, which is compared and removed afterwards.
func (b *bench) restoring(r *row, source string) error {
	dest := filepath.Join(b.dir, "restored")
	if err := b.each(r, b.tools, false, func(t tool) error {
		if d, ok := t.(*dvcTool); ok {
			return os.RemoveAll(filepath.Join(d.repo(), "data"))
		}
		return os.RemoveAll(dest)
	}, func(t tool) error { return t.restore(dest) }); err != nil {
		return err
	}
	defer os.RemoveAll(dest)
	if err := os.RemoveAll(dest); err != nil {
		return err
	}
	if err := b.tools[0].restore(dest); err != nil {
		return err
	}
	out, err := exec.CommandContext(b.ctx, "diff", "-r", "-q", source, dest).CombinedOutput()
	if err != nil {
		return fmt.Errorf("what was restored differs: %w\n%s", err, out)
	}
	return nil
}

func (b *bench) smallFiles() error {
	source := filepath.Join(b.dir, "small")
	if err := makeSmall(source, b.files); err != nil {
		return err
	}
	n := group(b.files)
	begin := func(t tool) error { return t.begin(source) }
	settle() // a tool may take times that are too young for uncertain
	if err := b.each(&row{what: n + " small files, first version", aims: map[string]string{"restic": "2.5", "DVC": "10"}}, b.tools, true, begin, keep); err != nil {
		return err
	}
	if err := b.each(&row{what: "the same, nothing changed", aims: map[string]string{"restic": "4"}}, b.tools, true, nil, keep); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(source, "train", "3", "00007.bin"), []byte("another one"), 0o644); err != nil {
		return err
	}
	if err := b.each(&row{what: "the same, one file changed", aims: map[string]string{"restic": "4"}}, b.tools, true, tool.follow, keep); err != nil {
		return err
	}
	if err := b.restoring(&row{what: "the same, restored", aims: map[string]string{"restic": "1.8"}}, source); err != nil {
		return err
	}
	return os.RemoveAll(source)
}

// makeSmall makes files of 275 bytes, like those of a well-known set of digits.
func makeSmall(dir string, files int) error {
	chance := rand.NewChaCha8([32]byte{1})
	data := make([]byte, 275)
	for i := range files {
		part := "train"
		if i%7 == 6 {
			part = "test"
		}
		sub := filepath.Join(dir, part, strconv.Itoa(i%10))
		if i < 70 {
			if err := os.MkdirAll(sub, 0o755); err != nil {
				return err
			}
		}
		_, _ = chance.Read(data) // never fails
		if err := os.WriteFile(filepath.Join(sub, fmt.Sprintf("%05d.bin", i/10)), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) largeFile() error {
	source := filepath.Join(b.dir, "large")
	if err := os.MkdirAll(source, 0o755); err != nil {
		return err
	}
	name := filepath.Join(source, "large.bin")
	if err := makeLarge(name, b.bytes); err != nil {
		return err
	}
	copied, err := b.copyAndSync(name)
	if err != nil {
		return err
	}
	begin := func(t tool) error { return t.begin(source) }
	settle()
	size := group(int(b.bytes>>20)) + " MiB of chance"
	if err := b.each(&row{what: "one file of " + size + ", first version", base: copied}, b.tools, true, begin, keep); err != nil {
		return err
	}
	if err := insert(name, 100); err != nil {
		return err
	}
	if err := b.each(&row{what: "the same with 100 inserts of 7 bytes", aims: map[string]string{"restic": "2.5"}}, b.tools, true, tool.follow, keep); err != nil {
		return err
	}
	if copied, err = b.copyAndSync(name); err != nil {
		return err
	}
	if err := b.restoring(&row{what: "the same, restored", base: copied}, source); err != nil {
		return err
	}
	return os.RemoveAll(source)
}

func makeLarge(name string, bytes int64) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.CopyN(f, rand.NewChaCha8([32]byte{2}), bytes)
	return err
}

// insert puts seven bytes at so many places of a file.
func insert(name string, places int64) error {
	from, err := os.Open(name)
	if err != nil {
		return err
	}
	defer from.Close()
	info, err := from.Stat()
	if err != nil {
		return err
	}
	to, err := os.Create(name + ".new")
	if err != nil {
		return err
	}
	defer to.Close()
	for i := range places {
		if _, err := io.CopyN(to, from, info.Size()/places); err != nil {
			return err
		}
		if _, err := fmt.Fprintf(to, "%07d", i); err != nil {
			return err
		}
	}
	if _, err := io.Copy(to, from); err != nil {
		return err
	}
	return os.Rename(name+".new", name)
}

// copyAndSync is what the disk takes for a file.
func (b *bench) copyAndSync(name string) (time.Duration, error) {
	var took []time.Duration
	for range 3 {
		to := filepath.Join(b.dir, "copy")
		flush()
		began := time.Now()
		out, err := exec.CommandContext(b.ctx, "sh", "-c", `cp --reflink=never "$1" "$2" && sync "$2"`, "sh", name, to).CombinedOutput()
		took = append(took, time.Since(began))
		if err != nil {
			return 0, fmt.Errorf("cp and sync: %w\n%s", err, out)
		}
		if err := os.Remove(to); err != nil {
			return 0, err
		}
	}
	slices.Sort(took)
	return took[1], nil
}

func (b *bench) manyFiles(varve *varveTool) error {
	source := filepath.Join(b.dir, "many")
	if err := os.MkdirAll(source, 0o755); err != nil {
		return err
	}
	b.say("%s files in one folder are made", group(b.many))
	for i := range b.many {
		if err := os.WriteFile(filepath.Join(source, fmt.Sprintf("%07d.txt", i)), strconv.AppendInt(nil, int64(i), 10), 0o644); err != nil {
			return err
		}
	}
	settle()
	only := []tool{varve}
	if err := b.each(&row{what: group(b.many) + " files in one folder, first version"}, only, true, func(t tool) error { return t.begin(source) }, keep); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(source, "0000007.txt"), []byte("another one"), 0o644); err != nil {
		return err
	}
	if err := b.each(&row{what: "the same, one file changed", aims: map[string]string{"Varve": "3 s, + 30 kB"}}, only, true, nil, keep); err != nil {
		return err
	}
	var err error
	b.peak, err = peakOf(varve.owner.Process.Pid)
	return err
}

// peakOf is the most memory that a process has held, in bytes.
func peakOf(pid int) (int64, error) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(data), "VmHWM:")
	kB, err := strconv.ParseInt(strings.Fields(rest + " -")[0], 10, 64)
	return kB << 10, err
}

// settle lets the times of what was just made grow old.
func settle() { time.Sleep(3 * time.Second) }

// group writes a count with commas.
func group(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
