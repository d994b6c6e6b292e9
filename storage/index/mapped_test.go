package index_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"dev.varve/backend/track"
)

// Who has read an index does not keep all of it in memory, and what was let go is
// there when it is read again.
func TestTablesAreLetGo(t *testing.T) {
	c := config(t)
	c.Dir = filepath.Join(c.Dir, "with a space")
	x := mustOpen(t, c)
	defer x.Close()
	const batches, entries = 200, 400
	value := bytes.Repeat([]byte{7}, 1000)
	for b := range batches {
		var pairs []track.Pair
		for i := range entries {
			pairs = append(pairs, track.Pair{Key: fmt.Sprintf("run/%08x%08x", (b*entries+i)*2654435761%(1<<32), b), Value: value, New: true})
		}
		if err := x.Write(pairs); err != nil {
			t.Fatal(err)
		}
	}
	freed := 0
	for range 20 { // Badger may be merging tables meanwhile
		n := 0
		err := x.Scan("run/", func(_ string, got []byte) error {
			if n++; !bytes.Equal(got, value) {
				return fmt.Errorf("entry %d has %d bytes", n, len(got))
			}
			return nil
		})
		if err != nil || n != batches*entries {
			t.Fatalf("%d entries, %v", n, err)
		}
		before := mappedMemory(t)
		x.LetGo()
		freed = max(freed, before-mappedMemory(t))
		if freed > batches*entries*len(value)/2 {
			return
		}
	}
	if runtime.GOOS == "linux" {
		t.Errorf("%d MB were let go, of an index of %d MB", freed>>20, batches*entries*len(value)>>20)
	}
}

// mappedMemory is how much of files this process has in its memory, in bytes.
func mappedMemory(t *testing.T) int {
	t.Helper()
	if runtime.GOOS != "linux" {
		return 0
	}
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "RssFile:")
	number, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	kb, err := strconv.Atoi(number)
	if err != nil {
		t.Fatal(err)
	}
	return kb << 10
}
