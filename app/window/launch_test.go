package window

import (
	"runtime"
	"slices"
	"strings"
	"testing"

	"dev.varve/backend/fault"
)

func TestShower(t *testing.T) {
	tests := []struct {
		goos, path string
		folder     bool
		want       []string
	}{
		{"windows", `C:\a b\c.csv`, false, []string{"explorer", `/select,C:\a b\c.csv`}},
		{"darwin", "/a b/c.csv", false, []string{"open", "-R", "/a b/c.csv"}},
		{"linux", "/a b", true, []string{"xdg-open", "/a b"}},
	}
	if runtime.GOOS != "windows" {
		tests = append(tests, struct {
			goos, path string
			folder     bool
			want       []string
		}{"linux", "/a b/c.csv", false, []string{"xdg-open", "/a b"}})
	}
	for _, tt := range tests {
		if got := shower(tt.goos, tt.path, tt.folder); !slices.Equal(got, tt.want) {
			t.Errorf("%s %s: %q", tt.goos, tt.path, got)
		}
	}
}

func TestMissingProgramHasWords(t *testing.T) {
	err := launch([]string{"varve-no-such-program", "x"})
	if fault.KindOf(err) != fault.Unsupported || !strings.Contains(err.Error(), "varve-no-such-program") {
		t.Fatalf("err = %v", err)
	}
}
