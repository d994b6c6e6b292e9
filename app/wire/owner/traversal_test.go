package owner

import (
	"io"
	"log/slog"
	"path/filepath"
	"testing"

	"github.com/adrg/xdg"

	"dev.varve/build/enemy"
)

// TestTraversal sends a slice of the names that lead elsewhere to every place that
// takes a string, of an owner that keeps artifacts itself, and of one that keeps them in
// a folder with links that lead out of it. build/reliability (R18) sends all of them.
func TestTraversal(t *testing.T) {
	for what, destination := range map[string]bool{"managed": false, "destination": true} {
		t.Run(what, func(t *testing.T) {
			base := t.TempDir()
			for _, name := range []string{"XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"} {
				t.Setenv(name, filepath.Join(base, "mine"))
			}
			t.Setenv("HOME", base)
			xdg.Reload()
			t.Cleanup(xdg.Reload)
			canary, err := enemy.PlantCanary(base, "work", "mine", "dest")
			wantNil(t, err)
			opts := Options{Dir: filepath.Join(base, "work"), Program: "varve test", Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Folder: filepath.Join(base, "started"), NoToken: true}
			if destination {
				opts.ArtifactsDestination = filepath.Join(base, "dest")
			}
			o, err := Become(t.Context(), opts)
			wantNil(t, err)
			defer func() { wantNil(t, o.Close()) }()
			address, err := o.OpenDoor(t.Context())
			wantNil(t, err)
			a := &enemy.Attack{Address: address, Canary: canary, Workers: 4}
			known, err := a.Settle(t.Context())
			wantNil(t, err)
			if destination {
				wantNil(t, canary.Lead(filepath.Join(base, "dest", known.Experiment, known.Run, "artifacts")))
				wantNil(t, canary.Lead(filepath.Join(base, "dest")))
			}
			description, err := a.Description(t.Context())
			wantNil(t, err)
			entries, err := enemy.Routes(description, known)
			wantNil(t, err)
			entries = append(entries, enemy.MLflow(known)...)
			wantNil(t, canary.Remember())
			names := enemy.Names(canary.Dir)
			if len(names) < 5000 || len(entries) < 100 {
				t.Fatalf("%d names for %d entries", len(names), len(entries))
			}
			sent, wrong, err := a.Run(t.Context(), entries, enemy.Spread(names, 24))
			wantNil(t, err)
			t.Logf("%d requests at %d entries", sent, len(entries))
			for _, w := range wrong {
				t.Error(w)
			}
		})
	}
}

// TestStrangersAndScripts lets pages of other origins and rebound names ask every route
// once, and asks for files that carry scripts by every route that answers with bytes.
func TestStrangersAndScripts(t *testing.T) {
	o := become(t)
	o.NoToken = true
	address, err := o.OpenDoor(t.Context())
	wantNil(t, err)
	a := &enemy.Attack{Address: address, Workers: 4}
	known, err := a.Settle(t.Context())
	wantNil(t, err)
	asked, _, err := a.ShowScripts(t.Context(), known)
	wantNil(t, err)
	description, err := a.Description(t.Context())
	wantNil(t, err)
	entries, err := enemy.Routes(description, known)
	wantNil(t, err)
	more, wrong, err := a.Strangers(t.Context(), append(entries, enemy.MLflow(known)...))
	wantNil(t, err)
	t.Logf("%d files asked for, %d strangers", asked, more)
	for _, w := range wrong {
		t.Error(w)
	}
}

func wantNil(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
