package owner

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// TestHomesThatCannotBeWrittenTo: a file stands where the folder should be, which
// stops the superuser as well.
func TestHomesThatCannotBeWrittenTo(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("there is no spare home on Windows")
	}
	base := t.TempDir()
	stuck := filepath.Join(base, "file")
	if err := os.WriteFile(stuck, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	session := filepath.Join(base, "session")
	if err := os.Mkdir(session, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_RUNTIME_DIR", session)
	free := filepath.Join(base, "not", "there yet")
	usual := homes{state: filepath.Join(free, "varve"), cache: filepath.Join(free, "varve")}
	spare := homes{state: filepath.Join(session, "varve", "state"), cache: filepath.Join(session, "varve", "cache"), passing: true}
	for _, c := range []struct {
		state, cache string
		want         homes
	}{
		{free, free, usual},
		{filepath.Join(stuck, "state"), free, spare},
		{free, stuck, spare},
	} {
		if got := homesOf(c.state, c.cache); got != c.want {
			t.Errorf("%s and %s: %+v", c.state, c.cache, got)
		}
	}
	if _, err := os.Stat(filepath.Dir(free)); err == nil {
		t.Error("the question made a folder")
	}

	// A session's folder that others may look into is none for tokens.
	if err := os.Chmod(session, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", base)
	own := homesOf(stuck, stuck)
	if !own.passing || filepath.Dir(filepath.Dir(own.state)) != base {
		t.Errorf("without a session: %+v", own)
	}
	if err := os.Chmod(filepath.Dir(own.state), 0o755); err != nil {
		t.Fatal(err)
	}
	if got := homesOf(stuck, stuck); got.passing {
		t.Errorf("a folder that somebody else made: %+v", got)
	}
}
