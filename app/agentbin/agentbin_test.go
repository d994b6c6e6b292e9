package agentbin

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"dev.varve/backend/fault"
)

var program = bytes.Repeat([]byte("an agent, "), 100_000)

// packedFolder is what build/tools/packagent leaves, for one platform.
func packedFolder(t *testing.T, platform string) fstest.MapFS {
	t.Helper()
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(program); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return fstest.MapFS{
		"README":         {Data: []byte("kept")},
		ListName:         {Data: fmt.Appendf(nil, "%s %x %d\n", platform, sha256.Sum256(program), len(program))},
		platform + ".gz": {Data: packed.Bytes()},
	}
}

func mustFind(t *testing.T, packed fstest.MapFS, platform string) *Agent {
	t.Helper()
	a, err := find(packed, platform)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestExtractPutsTheProgramThereOnce(t *testing.T) {
	a := mustFind(t, packedFolder(t, "linux-amd64"), "linux-amd64")
	cache := t.TempDir()
	name, err := a.Extract(cache)
	if err != nil {
		t.Fatal(err)
	}
	checkProgram(t, name)
	if !filepath.IsAbs(name) || !strings.Contains(filepath.Base(name), a.SHA256[:16]) {
		t.Errorf("name = %s", name)
	}
	before, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	again, err := a.Extract(cache)
	if err != nil || again != name {
		t.Fatalf("again = %s, %v", again, err)
	}
	after, err := os.Stat(name)
	if err != nil || !os.SameFile(before, after) {
		t.Errorf("a good file was written again (%v)", err)
	}
}

func TestExtractReplacesWhatIsNotTheProgram(t *testing.T) {
	bad := map[string]func(t *testing.T, name string){
		"other content": func(t *testing.T, name string) {
			overwrite(t, name, append([]byte("X"), program[1:]...), 0o755)
		},
		"half of it": func(t *testing.T, name string) { overwrite(t, name, program[:len(program)/2], 0o755) },
		"empty":      func(t *testing.T, name string) { overwrite(t, name, nil, 0o755) },
	}
	if runtime.GOOS != "windows" {
		bad["not executable"] = func(t *testing.T, name string) { overwrite(t, name, program, 0o644) }
		bad["a link"] = func(t *testing.T, name string) {
			if err := os.Symlink("/bin/sh", name); err != nil {
				t.Fatal(err)
			}
		}
	}
	for what, damage := range bad {
		t.Run(what, func(t *testing.T) {
			a := mustFind(t, packedFolder(t, "linux-amd64"), "linux-amd64")
			cache := t.TempDir()
			name, err := a.Extract(cache)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.Remove(name); err != nil {
				t.Fatal(err)
			}
			damage(t, name)
			if _, err := a.Extract(cache); err != nil {
				t.Fatal(err)
			}
			checkProgram(t, name)
		})
	}
}

func TestManyExtractAtOnce(t *testing.T) {
	a := mustFind(t, packedFolder(t, "linux-amd64"), "linux-amd64")
	cache := t.TempDir()
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			name, err := a.Extract(cache)
			if err != nil {
				t.Error(err)
				return
			}
			checkProgram(t, name)
		})
	}
	wait.Wait()
	left, err := os.ReadDir(cache)
	if err != nil || len(left) != 1 {
		t.Fatalf("left in the cache: %v, %v", left, err)
	}
}

func TestDamagedPackIsNeverLeftBehind(t *testing.T) {
	packed := packedFolder(t, "linux-amd64")
	packed[ListName].Data = bytes.Replace(packed[ListName].Data, []byte(" "), []byte(" 00"), 1)
	a := mustFind(t, packed, "linux-amd64")
	cache := t.TempDir()
	if _, err := a.Extract(cache); !errors.Is(err, fault.Corrupt) {
		t.Fatalf("err = %v", err)
	}
	if left, _ := os.ReadDir(cache); len(left) != 0 {
		t.Fatalf("left in the cache: %v", left)
	}
	gz := packed["linux-amd64.gz"]
	gz.Data = gz.Data[:len(gz.Data)/2]
	file, err := a.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := io.Copy(io.Discard, file); !errors.Is(err, fault.Corrupt) {
		t.Fatalf("half a pack: err = %v", err)
	}
}

func TestFailuresHaveWords(t *testing.T) {
	if _, err := find(fstest.MapFS{"README": {}}, "linux-amd64"); !errors.Is(err, fault.Unsupported) || fault.HintOf(err) != "run make build" {
		t.Errorf("no agents: %v, hint %q", err, fault.HintOf(err))
	}
	_, err := find(packedFolder(t, "linux-amd64"), "plan9-mips")
	if !errors.Is(err, fault.Unsupported) || !strings.Contains(err.Error(), "plan9/mips") {
		t.Errorf("other platform: %v", err)
	}
	if _, err := find(fstest.MapFS{ListName: {Data: []byte("nonsense\n")}}, "linux-amd64"); !errors.Is(err, fault.Internal) {
		t.Errorf("bad list: %v", err)
	}
	blocked := filepath.Join(t.TempDir(), "file")
	overwrite(t, blocked, nil, 0o644)
	a := mustFind(t, packedFolder(t, "linux-amd64"), "linux-amd64")
	if _, err := a.Extract(blocked); err == nil {
		t.Error("a file in the place of the cache folder was no error")
	}
}

func TestWindowsAgentHasItsEnding(t *testing.T) {
	a := mustFind(t, packedFolder(t, "windows-amd64"), "windows-amd64")
	if !strings.HasSuffix(a.FileName(), ".exe") {
		t.Fatalf("FileName = %s", a.FileName())
	}
}

// TestThisProgramsAgents holds in a clean checkout and after make build.
func TestThisProgramsAgents(t *testing.T) {
	name, err := Extract(t.TempDir())
	if errors.Is(err, fault.Unsupported) {
		t.Log("built without agents:", err)
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(name); err != nil || info.Size() == 0 {
		t.Fatalf("%s: %v", name, err)
	}
}

func checkProgram(t *testing.T, name string) {
	t.Helper()
	got, err := os.ReadFile(name)
	if err != nil || !bytes.Equal(got, program) {
		t.Errorf("%s: %d bytes, want %d: %v", name, len(got), len(program), err)
	}
	if info, err := os.Lstat(name); err == nil && runtime.GOOS != "windows" && info.Mode() != 0o755 {
		t.Errorf("%s: mode %v", name, info.Mode())
	}
}

func overwrite(t *testing.T, name string, data []byte, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(name, data, mode); err != nil {
		t.Fatal(err)
	}
}
