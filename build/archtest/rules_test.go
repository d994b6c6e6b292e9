package archtest

import (
	"go/parser"
	"go/token"
	"strings"
	"testing"
)

// TestRulesFindWrongArrows shows that the rules can fail: one arrow each.
func TestRulesFindWrongArrows(t *testing.T) {
	const m = Module
	tests := []struct {
		from, to string
		because  string // part of the sentence; empty where the arrow is right
	}{
		{m + "/backend/track", m + "/storage/journal", "neither the edges nor the bytes"},
		{m + "/backend/track", m + "/app/door", "neither the edges nor the bytes"},
		{m + "/backend/track", "os", "without its clock"},
		{m + "/backend/track", "net/http", "without its clock"},
		{m + "/backend/track", "os/exec", "without its clock"},
		{m + "/backend/track", "crypto/rand", "without its clock"},
		{m + "/backend/track", "math/rand/v2", "without its clock"},
		{m + "/backend/track", "github.com/spf13/cobra", "pure libraries"},
		{m + "/backend/track", "golang.org/x/sys/unix", "pure libraries"},
		{m + "/backend/track", "github.com/dgraph-io/badger/v4", "only the index"},
		{m + "/backend/content", m + "/backend/content/contenttest", "for tests"},
		{m + "/storage/journal", m + "/app/machine", "storage knows backend alone"},
		{m + "/storage/journal", "github.com/dgraph-io/badger/v4", "only the index"},
		{m + "/storage/journal", "net/http", "without network"},
		{m + "/storage/journal", "github.com/spf13/cobra", "its list"},
		{m + "/app/door", m + "/storage/journal", "only app/wire"},
		{m + "/app/cli", m + "/storage/lock", "only app/wire"},
		{m + "/app/window", m + "/storage/disk", "only app/wire"},
		{m + "/app/door", "github.com/wailsapp/wails/v2/pkg/runtime", "only the window"},
		{m + "/app/wire/owner", "github.com/wailsapp/wails/v2", "only the window"},
		{m + "/app/wire/owner", "github.com/dgraph-io/badger/v4", "only the index"},
		{m + "/app/wire/owner", "github.com/rclone/rclone/fs", "only the bucket"},
		{m + "/app/wire/owner", m + "/storage/storetest/faultdisk", "for tests"},
		{m + "/app/cli", m + "/app/cmd/varve", "a command"},
		{m + "/app/cli", m, "a command"},
		{m + "/app/cli", m + "/build/tools/icon", "builds and tests"},

		{m + "/backend/track", "net/url", ""},
		{m + "/backend/track", "time", ""},
		{m + "/backend/track", "github.com/zeebo/blake3", ""},
		{m + "/backend/chart", "github.com/go-echarts/go-echarts/v2/opts", ""},
		{m + "/backend/content/contenttest", "os", ""},
		{m + "/backend/track", m + "/backend/fault", ""},
		{m + "/storage/index", "github.com/dgraph-io/badger/v4", ""},
		{m + "/storage/disk", "os", ""},
		{m + "/storage/disk", "golang.org/x/sys/unix", ""},
		{m + "/storage/journal", m + "/backend/event", ""},
		{m + "/app/wire/owner", m + "/storage/journal", ""},
		{m + "/app/window", "github.com/wailsapp/wails/v2", ""},
		{m, "github.com/wailsapp/wails/v2", ""},
		{m + "/app/cmd/varve", m + "/build/version", ""},
		{m + "/app/cmd/varve-agent", m + "/storage/disk", ""},
		{m, m + "/storage/disk", ""},
		{m + "/build/tools/packagent", m + "/app/agentbin", ""},
		{m + "/build/windowtest", m + "/build/windowtest/rig", ""},
	}
	for _, tt := range tests {
		got := Violations(Graph{tt.from: {tt.to}})
		if tt.because == "" && len(got) > 0 {
			t.Errorf("%s → %s is right, but: %q", tt.from, tt.to, got)
		}
		if tt.because != "" && !strings.Contains(strings.Join(got, "\n"), tt.because) {
			t.Errorf("%s → %s: %q, want %q", tt.from, tt.to, got, tt.because)
		}
	}
}

func TestTheAgentMustStaySmall(t *testing.T) {
	for _, heavy := range []string{"github.com/dgraph-io/badger/v4", "github.com/rclone/rclone/fs", "github.com/wailsapp/wails/v2", "github.com/danielgtaylor/huma/v2"} {
		if got := AgentViolations([]string{"fmt", heavy}); len(got) != 1 || !strings.Contains(got[0], heavy) {
			t.Errorf("%s: %q", heavy, got)
		}
	}
	if got := AgentViolations([]string{"fmt", Module + "/storage/journal"}); len(got) != 0 {
		t.Errorf("%q", got)
	}
}

func TestBannedCalls(t *testing.T) {
	tests := []struct {
		name, body string
		want       int
	}{
		{"the clock", `import "time"; var x = time.Now()`, 1},
		{"the clock under another name", `import clock "time"; var x = clock.Since(clock.Time{})`, 1},
		{"the clock as a value", `import "time"; var now = time.Now`, 1},
		{"a dot import", `import . "time"; var x = Now()`, 1},
		{"the disk by its names", `import "path/filepath"; func f() { filepath.WalkDir("", nil); filepath.Abs("") }`, 2},
		{"a duration", `import "time"; const x = time.Second`, 0},
		{"names of files", `import "path/filepath"; var x = filepath.Join("a", "b")`, 0},
		{"a parameter of that name", `import "time"; var d time.Duration; type c interface{ Now() int }; func f(time c) int { return time.Now() }`, 0},
		{"another package's Now", `import "dev.varve/backend/host"; func f(c host.Clock) { c.Now() }`, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fset := token.NewFileSet()
			file, err := parser.ParseFile(fset, "x.go", "package x\n"+strings.ReplaceAll(tt.body, "; ", "\n"), 0)
			if err != nil {
				t.Fatal(err)
			}
			if got := BannedCalls(fset, file); len(got) != tt.want {
				t.Errorf("%q, want %d", got, tt.want)
			}
		})
	}
}
