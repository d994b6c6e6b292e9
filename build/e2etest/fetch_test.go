//go:build e2e

package e2etest

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"dev.varve/build/rig"
)

// TestFetchGoesOn kills a fetch of a large file in the middle, again and again: the next
// one goes on where it stood, and notices if what it found there is not what it was.
func TestFetchGoesOn(t *testing.T) {
	h := newHome(t)
	s, err := h.rig().Serve()
	must(t, err)
	defer s.Kill()
	var made struct {
		Run struct {
			Info struct {
				RunID string `json:"run_id"`
			}
		}
	}
	must(t, s.Call("runs/create", map[string]any{"experiment_id": "0", "start_time": 1}, &made))
	want := make([]byte, 160<<20)
	_, err = io.ReadFull(rand.NewChaCha8([32]byte{7}), want)
	must(t, err)
	must(t, os.WriteFile(filepath.Join(h.dir, "weights.bin"), want, 0o644))
	address := "runs:/" + made.Run.Info.RunID
	h.run("artifacts", "put", "weights.bin", address)

	part := h.killFetch(address)
	half, err := os.Stat(part)
	must(t, err)
	h.run("artifacts", "get", address+"/weights.bin", "got.bin")
	got, err := os.ReadFile(filepath.Join(h.dir, "got.bin"))
	must(t, err)
	if !bytes.Equal(got, want) {
		t.Error("what was fetched in two parts is not the file")
	}
	whole, err := os.Stat(filepath.Join(h.dir, "got.bin"))
	must(t, err)
	if !os.SameFile(half, whole) {
		t.Error("it did not go on with what was there")
	}

	must(t, os.Remove(filepath.Join(h.dir, "got.bin")))
	part = h.killFetch(address)
	f, err := os.OpenFile(part, os.O_RDWR, 0)
	must(t, err)
	_, err = f.WriteAt([]byte{want[1000] + 1}, 1000)
	must(t, errors.Join(err, f.Close()))
	_, err = h.rig().Run("artifacts", "get", address+"/weights.bin", "got.bin")
	var failed *rig.Failure
	if !errors.As(err, &failed) || failed.Code != 209 {
		t.Errorf("a part that was changed: %v", err)
	}
	h.run("artifacts", "get", address+"/weights.bin", "got.bin")
	if got, err = os.ReadFile(filepath.Join(h.dir, "got.bin")); err != nil || !bytes.Equal(got, want) {
		t.Errorf("fetched again it is not the file: %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(h.dir, "*.part")); len(left) > 0 {
		t.Errorf("%v are left", left)
	}
}

// killFetch kills a fetch when some of the file is there but not all, and returns
// where that lies.
func (h *home) killFetch(address string) string {
	h.t.Helper()
	for range 20 {
		cmd := h.command("artifacts", "get", address+"/weights.bin", "got.bin")
		must(h.t, cmd.Start())
		ended := make(chan struct{})
		go func() {
			_ = cmd.Wait() // killed
			close(ended)
		}()
		for alive := true; alive; {
			if size(h.dir) > 1<<20 {
				_ = cmd.Process.Signal(syscall.SIGKILL)
			}
			select {
			case <-ended:
				alive = false
			case <-time.After(time.Millisecond):
			}
		}
		if list, _ := filepath.Glob(filepath.Join(h.dir, "got.bin.*.part")); len(list) == 1 {
			return list[0]
		}
		_ = os.Remove(filepath.Join(h.dir, "got.bin")) // it was too fast
	}
	h.t.Fatal("no fetch could be killed in the middle")
	return ""
}

// size is how much of got.bin has arrived.
func size(dir string) int64 {
	list, _ := filepath.Glob(filepath.Join(dir, "got.bin.*.part"))
	for _, name := range list {
		if info, err := os.Stat(name); err == nil {
			return info.Size()
		}
	}
	return 0
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
