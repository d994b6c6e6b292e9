package window

import (
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// TestLaunchedProgramInheritsNothing: a pipe without the close-on-exec mark, as
// Wails makes them, ends for its reader although the launched program lives on.
func TestLaunchedProgramInheritsNothing(t *testing.T) {
	reader, closeWriter := leakyPipe(t)
	told := filepath.Join(t.TempDir(), "told")
	// The program lives until this test takes its file away, so that it holds the
	// pipe for longer than the test waits, if it has it at all.
	err := launch([]string{"sh", "-c", `echo alive > "$0"; while [ -e "$0" ]; do sleep 0.05; done`, told})
	if err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); ; {
		if _, err := os.Stat(told); err == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the program did not start")
		}
		runtime.Gosched()
	}
	closeWriter()
	ended := make(chan error, 1)
	go func() {
		_, err := reader.Read(make([]byte, 1))
		ended <- err
	}()
	select {
	case err := <-ended:
		if err == nil {
			t.Error("read a byte that nobody wrote")
		}
	case <-time.After(5 * time.Second):
		t.Error("the launched program holds the pipe open")
	}
	if err := os.Remove(told); err != nil {
		t.Error(err)
	}
}

// leakyPipe is a pipe as Wails makes it for an answer: children inherit it.
func leakyPipe(t *testing.T) (reader *os.File, closeWriter func()) {
	t.Helper()
	var p [2]int
	if err := syscall.Pipe2(p[:], 0); err != nil {
		t.Fatal(err)
	}
	reader = os.NewFile(uintptr(p[0]), "pipe")
	t.Cleanup(func() { reader.Close() })
	return reader, func() {
		if err := syscall.Close(p[1]); err != nil {
			t.Error(err)
		}
	}
}
