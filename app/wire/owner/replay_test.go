package owner

import (
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"

	"dev.varve/backend/event"
	"dev.varve/backend/host"
	"dev.varve/backend/track"
	"dev.varve/storage/disk"
	"dev.varve/storage/index"
)

var errGone = errors.New("gone")

// shortDisk reads so many bytes of files, and no more.
type shortDisk struct {
	disk.OS
	left *atomic.Int64
}

type shortFile struct {
	host.File
	left *atomic.Int64
}

func (d shortDisk) Open(name string) (host.File, error) {
	f, err := d.OS.Open(name)
	return shortFile{f, d.left}, err
}

func (f shortFile) ReadAt(p []byte, at int64) (int, error) {
	if f.left.Add(-int64(len(p))) < 0 {
		return 0, errGone
	}
	return f.File.ReadAt(p, at)
}

// replayed reads the log of an owner into an index in dir, of which it reads at
// most so many bytes. It returns how many events came, and the state, if all did.
func replayed(t *testing.T, of *Owner, dir string, most int64) (events int, state string) {
	t.Helper()
	left := &atomic.Int64{}
	left.Store(most)
	o := &Owner{disk: shortDisk{left: left}, log: slog.New(slog.DiscardHandler), ws: of.ws}
	var err error
	if o.index, err = index.Open(index.Config{Disk: disk.OS{}, Dir: dir, Boot: "a"}); err != nil {
		t.Fatal(err)
	}
	defer o.index.Close()
	if o.tracker, err = track.Open(track.Config{Store: o.index, Workspace: of.ws.ID, Created: of.ws.Created}); err != nil {
		t.Fatal(err)
	}
	events, err = o.readLog(of.device, true)
	if errors.Is(err, errGone) {
		return events, ""
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := o.tracker.Flush(nil); err != nil {
		t.Fatal(err)
	}
	if state, err = o.tracker.StateHash(); err != nil {
		t.Fatal(err)
	}
	return events, state
}

// TestAReplayGoesOnWhereItStopped breaks off the building of an index again and
// again. Each time it has to come further, and in the end to the same state.
func TestAReplayGoesOnWhereItStopped(t *testing.T) {
	o := become(t)
	ctx := t.Context()
	for i := range 40 {
		run, err := o.tracker.CreateRun(ctx, track.NewRun{Experiment: track.DefaultExperiment})
		if err != nil {
			t.Fatal(err)
		}
		b := track.Batch{Params: []event.Param{{Key: "depth", Value: "3"}}}
		for k := range 5000 {
			p := event.Point{Step: int64(k / 2), Time: 1_700_000_000_000 + int64(k*i), Value: 1 / float64(k+1)}
			b.Metrics = append(b.Metrics, track.Metric{Key: []string{"loss", "accuracy"}[k%2], Point: p})
		}
		if err := o.tracker.LogAll(ctx, run, b); err != nil {
			t.Fatal(err)
		}
	}
	all, want := replayed(t, o, t.TempDir(), 1<<40)
	dir, seen, parts := t.TempDir(), 0, 0
	for state := ""; state == ""; parts++ {
		var n int
		if n, state = replayed(t, o, dir, 2<<20); state != "" && state != want {
			t.Fatalf("the state is %s, want %s", state, want)
		}
		if seen += n; n == all || parts > all {
			t.Fatalf("part %d began anew: it read %d of %d events", parts, n, all)
		}
	}
	if parts < 2 || seen > 2*all {
		t.Errorf("%d events in %d parts, of %d", seen, parts, all)
	}
}
