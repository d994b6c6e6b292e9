package window

import (
	"os"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"
)

func TestPlaceIsRemembered(t *testing.T) {
	name := filepath.Join(t.TempDir(), "new folder", "window.json")
	want := place{X: -5, Y: 7, Width: 900, Height: 600, Maximised: true, Placed: true}
	if err := savePlace(name, want); err != nil {
		t.Fatal(err)
	}
	if got := loadPlace(name); got != want {
		t.Fatalf("got %+v, want %+v", got, want)
	}
	if left, _ := os.ReadDir(filepath.Dir(name)); len(left) != 1 {
		t.Fatalf("left behind: %v", left)
	}
	if err := savePlace("", want); err != nil {
		t.Fatal(err)
	}
}

func TestUnusablePlaceBecomesTheDefault(t *testing.T) {
	want := place{Width: defaultWidth, Height: defaultHeight}
	for _, content := range []string{"", "{", "null", `{"width":0,"height":600}`, `{"width":-1,"height":-1}`, `{"width":1e99}`, "\x00\xff"} {
		name := filepath.Join(t.TempDir(), "window.json")
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := loadPlace(name); got != want {
			t.Errorf("%q: %+v", content, got)
		}
	}
	if got := loadPlace(filepath.Join(t.TempDir(), "none")); got != want {
		t.Errorf("no file: %+v", got)
	}
	if got := loadPlace(""); got != want {
		t.Errorf("no name: %+v", got)
	}
}

func TestFit(t *testing.T) {
	left := place{Width: 1280, Height: 900}
	right := place{X: 1280, Width: 1920, Height: 1080}
	tests := []struct {
		name    string
		in      place
		screens []place
		want    place
	}{
		{"stays", place{X: 10, Y: 20, Width: 1000, Height: 700, Placed: true}, []place{left},
			place{X: 10, Y: 20, Width: 1000, Height: 700, Placed: true}},
		{"on the second screen", place{X: 1400, Y: 20, Width: 1800, Height: 1000, Placed: true}, []place{left, right},
			place{X: 1400, Y: 20, Width: 1800, Height: 1000, Placed: true}},
		{"the second screen is gone", place{X: 1400, Y: 20, Width: 1800, Height: 1000, Placed: true}, []place{left},
			place{X: 1400, Y: 20, Width: 1280, Height: 900}},
		{"too large", place{Width: 4000, Height: 3000, Placed: true}, []place{left},
			place{Width: 1280, Height: 900, Placed: true}},
		{"too small", place{Width: 3, Height: 3, Placed: true}, []place{left},
			place{Width: minWidth, Height: minHeight, Placed: true}},
		{"above the top", place{X: 100, Y: -300, Width: 1000, Height: 700, Placed: true}, []place{left},
			place{X: 100, Y: 0, Width: 1000, Height: 700, Placed: true}},
		{"almost out to the right", place{X: 1270, Y: 10, Width: 1000, Height: 700, Placed: true}, []place{left},
			place{X: 1180, Y: 10, Width: 1000, Height: 700, Placed: true}},
		{"no screen known", place{X: 9000, Y: 1, Width: 10, Height: 700, Placed: true}, nil,
			place{X: 9000, Y: 1, Width: minWidth, Height: 700, Placed: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.in.fit(tt.screens); got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

// TestFitIsAlwaysReachable: whatever was saved, a placed window has a part of its
// title bar on a screen, and fitting it again changes nothing.
func TestFitIsAlwaysReachable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		coordinate := rapid.IntRange(-5000, 5000)
		p := place{X: coordinate.Draw(t, "x"), Y: coordinate.Draw(t, "y"),
			Width: rapid.IntRange(1, 6000).Draw(t, "w"), Height: rapid.IntRange(1, 6000).Draw(t, "h"), Placed: true}
		screen := place{X: coordinate.Draw(t, "sx"), Y: coordinate.Draw(t, "sy"),
			Width: rapid.IntRange(800, 4000).Draw(t, "sw"), Height: rapid.IntRange(600, 3000).Draw(t, "sh")}
		got := p.fit([]place{screen})
		if !got.Placed {
			return
		}
		bar := place{X: got.X, Y: got.Y, Width: got.Width, Height: 1}
		if bar.overlap(screen) < reach {
			t.Fatalf("%+v on %+v: the title bar %+v is out of reach", p, screen, bar)
		}
		if again := got.fit([]place{screen}); again != got {
			t.Fatalf("fit is not stable: %+v, then %+v", got, again)
		}
	})
}
