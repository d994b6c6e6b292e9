package main

import (
	"context"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

const (
	proxy      = "/api/2.0/mlflow-artifacts/artifacts/0/"
	largeSize  = 1 << 30
	smallFiles = 10_000
	smallSize  = 1000 // bytes
)

// large is a file of bytes without a pattern, made before the clock starts. Each time it
// is another one: what a program has already may be faster to send again.
type large struct {
	name string
	sum  uint32
}

// makeLarge makes the file with a number.
func makeLarge(name string, number byte) (l large, err error) {
	f, err := os.Create(name)
	if err != nil {
		return l, err
	}
	defer f.Close()
	chance := rand.NewChaCha8([32]byte{number})
	got := crc32.New(castagnoli)
	if _, err := io.CopyN(io.MultiWriter(f, got), chance, largeSize); err != nil {
		return l, err
	}
	flush()
	return large{name, got.Sum32()}, nil
}

// send sends the file, which the system hands from its cache to the connection.
func (l large) send(ctx context.Context, c *client, path string) error {
	f, err := os.Open(l.name)
	if err != nil {
		return err
	}
	_, err = c.transfer(ctx, http.MethodPut, path, f, largeSize, io.Discard) // closes it
	return err
}

// copied copies the file on its disk and syncs it, and returns how many bytes a second
// that is: what is durable cannot be faster.
func (l large) copied() (float64, error) {
	from, err := os.Open(l.name)
	if err != nil {
		return 0, err
	}
	defer from.Close()
	to, err := os.Create(l.name + ".copy")
	if err != nil {
		return 0, err
	}
	defer os.Remove(to.Name())
	defer to.Close()
	began := time.Now()
	// A writer that is nothing else: the file system is not to share the blocks.
	if _, err := io.CopyBuffer(struct{ io.Writer }{to}, struct{ io.Reader }{from}, make([]byte, 1<<20)); err != nil {
		return 0, err
	}
	if err := to.Sync(); err != nil {
		return 0, err
	}
	return largeSize / time.Since(began).Seconds(), nil
}

// compare fetches the file once more, and compares it with what was sent.
func (l large) compare(ctx context.Context, c *client, path string) error {
	got := crc32.New(castagnoli)
	n, err := c.transfer(ctx, http.MethodGet, path, nil, 0, got)
	if err == nil && (n != largeSize || got.Sum32() != l.sum) {
		err = fmt.Errorf("%d bytes came back, which are not those that were sent", n)
	}
	return err
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// artifacts measures files that go through the proxy, by plain HTTP.
func (b *bench) artifacts(ctx context.Context) error {
	if err := b.largeArtifact(ctx); err != nil {
		return err
	}
	return b.smallArtifacts(ctx)
}

// largeArtifact sends a file of 1 GB and fetches it, and watches the memory meanwhile.
// It comes before all else, when the programs hold little.
func (b *bench) largeArtifact(ctx context.Context) error {
	up := b.row(row{What: "send an artifact of 1 GB", Unit: megabytesPerSecond, Aim: "at least 3×", met: atLeastTimes(3)})
	down := b.row(row{What: "fetch an artifact of 1 GB", Unit: megabytesPerSecond, Aim: "at least 3×", met: atLeastTimes(3)})
	held := b.row(row{What: "memory meanwhile, at most", Unit: megabytes, Aim: "at most 150 MB", met: atMost(150e6)})
	made := byte(0)
	return b.alternate(ctx, "an artifact of 1 GB", rounds, func(which int, s *subject) error {
		run, err := s.makeRun(ctx)
		if err != nil {
			return err
		}
		made++
		file, err := makeLarge(filepath.Join(b.dir, "large.bin"), made)
		if err != nil {
			return err
		}
		defer os.Remove(file.name)
		rate, err := file.copied()
		if err != nil {
			return err
		}
		b.copies = append(b.copies, rate)
		flush()
		if err := forgetPeaks(s.server.cmd.Process.Pid); err != nil {
			return err
		}
		path := proxy + run + "/artifacts/large.bin"
		began := time.Now()
		if err := file.send(ctx, s.c, path); err != nil {
			return err
		}
		up.add(which, largeSize/time.Since(began).Seconds())
		began = time.Now()
		if _, err := s.c.transfer(ctx, http.MethodGet, path, nil, 0, io.Discard); err != nil {
			return err
		}
		down.add(which, largeSize/time.Since(began).Seconds())
		peaks, err := peaksOf(s.server.cmd.Process.Pid)
		if err != nil {
			return err
		}
		held.add(which, peaks)
		return file.compare(ctx, s.c, path)
	})
}

// smallArtifacts sends small files, one in each request, and lists ten thousand of them.
func (b *bench) smallArtifacts(ctx context.Context) error {
	what := fmt.Sprintf("send artifacts of 1 kB, %d clients", runClients)
	rate := b.row(row{What: what, Unit: perSecond, Aim: "at least 3×", met: atLeastTimes(3)})
	err := b.alternate(ctx, what, rounds, func(which int, s *subject) error {
		run, err := s.makeRun(ctx)
		if err != nil {
			return err
		}
		o, err := b.play(ctx, which, share(smallUploads(run), runClients), b.round)
		if err == nil {
			rate.add(which, o.perSecond())
		}
		return err
	})
	if err != nil {
		return err
	}
	b.say("%d small artifacts for the lists", smallFiles)
	var runs [2]string
	for which, s := range b.subjects {
		if runs[which], err = s.makeRun(ctx); err != nil {
			return err
		}
	}
	o, err := b.play(ctx, varve, share(smallUploads(runs[varve]), runClients), time.Hour)
	if err != nil || o.count() != smallFiles {
		return fmt.Errorf("only %d of %d small artifacts could be sent: %w", o.count(), smallFiles, err)
	}
	if err := b.subjects[mlflow].keepSmall(runs[mlflow]); err != nil {
		return err
	}
	list := b.row(row{What: fmt.Sprintf("list %d artifacts", smallFiles), Unit: seconds, Aim: "at least 3×", met: atLeastTimes(3)})
	return b.alternate(ctx, "list artifacts", rounds, func(which int, s *subject) error {
		began := time.Now()
		answer, err := s.c.do(ctx, http.MethodGet, "artifacts/list?path=small&run_id="+runs[which], nil)
		took := time.Since(began)
		if n := strings.Count(string(answer), `"path"`); err == nil && n != smallFiles {
			err = fmt.Errorf("%d artifacts are listed", n)
		}
		list.add(which, took.Seconds())
		return err
	})
}

// smallUploads are requests of one small file each, in one folder.
func smallUploads(run string) []task {
	list := make([]task, smallFiles)
	for i := range list {
		body := smallFile(i)
		path := proxy + run + "/artifacts/small/" + strconv.Itoa(i) + ".txt"
		list[i] = func(ctx context.Context, c *client) error {
			_, err := c.transfer(ctx, http.MethodPut, path, strings.NewReader(body), int64(len(body)), io.Discard)
			return err
		}
	}
	return list
}

func smallFile(i int) string {
	line := fmt.Sprintf("file %d;", i)
	return strings.Repeat(line, smallSize/len(line)+1)[:smallSize]
}

// keepSmall puts the small files where MLflow's server keeps what comes through its
// proxy: only how they are listed is measured.
func (p *program) keepSmall(run string) error {
	folder := filepath.Join(p.dir, "mlartifacts", "0", run, "artifacts", "small")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for i := range smallFiles {
		if err := os.WriteFile(filepath.Join(folder, strconv.Itoa(i)+".txt"), []byte(smallFile(i)), 0o644); err != nil {
			return err
		}
	}
	return nil
}
