package model

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

var operations, sequences atomic.Int64

// TestMain makes few sequences, unless it is told how many.
func TestMain(m *testing.M) {
	flag.Parse()
	asked := false
	flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == "rapid.checks" })
	if !asked {
		_ = flag.Set("rapid.checks", "10") // it exists
	}
	code := m.Run()
	fmt.Printf("%d operations in %d sequences\n", operations.Load(), sequences.Load())
	os.Exit(code)
}

// run is what the model knows of a run.
type run struct {
	name, experiment, status string
	trashed                  bool
	params, tags, files      map[string]string
	points                   map[string][]event.Point
}

// machine makes operations on both, and compares them.
type machine struct {
	*world
	runs        map[string]*run
	ids         []string
	experiments []string
	names       int
}

// TestTrackerIsItsModel makes sequences of operations.
func TestTrackerIsItsModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sequences.Add(1)
		m := &machine{world: newWorld(t), runs: map[string]*run{}, experiments: []string{"0"}}
		defer os.RemoveAll(m.dir)
		t.Repeat(map[string]func(*rapid.T){
			"experiment": m.experiment, "create": m.create, "points": m.points, "param": m.param, "tag": m.tag, "untag": m.untag,
			"rename": m.rename, "trash": m.trash, "move": m.move, "status": m.status, "file": m.file, "unfile": m.unfile,
			"flush":  func(*rapid.T) { m.flush() },
			"reopen": func(*rapid.T) { m.close(); m.open(); m.compare() },
			"crash":  func(*rapid.T) { m.crash(); m.compare() },
			"rebuild": func(*rapid.T) {
				before := m.hash()
				m.rebuild()
				if after := m.hash(); after != before {
					t.Fatalf("the state is %s, and %s when it is built again", before, after)
				}
				m.compare()
			},
			"": func(*rapid.T) { operations.Add(1) },
		})
		m.compare()
		before := m.hash()
		m.rebuild()
		if after := m.hash(); after != before {
			t.Fatalf("the state is %s, and %s when it is built again", before, after)
		}
		m.close()
	})
}

// some draws a run that is not in the trash.
func (m *machine) some(t *rapid.T) (string, *run) {
	var ids []string
	for _, id := range m.ids {
		if !m.runs[id].trashed {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		t.Skip("there is no run")
	}
	id := rapid.SampledFrom(ids).Draw(t, "run")
	return id, m.runs[id]
}

func (m *machine) experiment(t *rapid.T) {
	m.names++
	id, err := m.tracker.CreateExperiment(context.Background(), track.NewExperiment{Name: fmt.Sprint("experiment ", m.names)})
	m.must(err)
	m.experiments = append(m.experiments, id)
}

func (m *machine) create(t *rapid.T) {
	r := &run{
		name: fmt.Sprint("run ", len(m.ids)), experiment: rapid.SampledFrom(m.experiments).Draw(t, "experiment"), status: "RUNNING",
		params: map[string]string{}, tags: map[string]string{}, files: map[string]string{}, points: map[string][]event.Point{},
	}
	id, err := m.tracker.CreateRun(context.Background(), track.NewRun{Experiment: r.experiment, Name: r.name})
	m.must(err)
	m.runs[id] = r
	m.ids = append(m.ids, id)
}

func (m *machine) points(t *rapid.T) {
	id, r := m.some(t)
	key := rapid.SampledFrom([]string{"a", "b", "c/d"}).Draw(t, "metric")
	n := rapid.SampledFrom([]int{1, 1, 3, 70, 300}).Draw(t, "points")
	var b track.Batch
	for range n {
		p := event.Point{Step: rapid.Int64Range(-3, 400).Draw(t, "step"), Time: rapid.Int64Range(0, 5).Draw(t, "time"), Value: float64(rapid.IntRange(-9, 9).Draw(t, "value"))}
		b.Metrics = append(b.Metrics, track.Metric{Key: key, Point: p})
		r.points[key] = append(r.points[key], p)
	}
	m.must(m.tracker.LogBatch(context.Background(), id, b))
}

func (m *machine) param(t *rapid.T) {
	id, r := m.some(t)
	p := event.Param{Key: fmt.Sprint("p", rapid.IntRange(0, 5).Draw(t, "param")), Value: fmt.Sprint(rapid.IntRange(0, 2).Draw(t, "value"))}
	err := m.tracker.LogParam(context.Background(), id, p)
	if was, ok := r.params[p.Key]; ok && was != p.Value {
		if err == nil {
			t.Fatalf("the param %s was changed", p.Key)
		}
		return
	}
	m.must(err)
	r.params[p.Key] = p.Value
}

func (m *machine) tag(t *rapid.T) {
	id, r := m.some(t)
	p := event.Param{Key: fmt.Sprint("t", rapid.IntRange(0, 3).Draw(t, "tag")), Value: fmt.Sprint(rapid.IntRange(0, 99).Draw(t, "value"))}
	m.must(m.tracker.SetTag(context.Background(), id, p))
	r.tags[p.Key] = p.Value
}

func (m *machine) untag(t *rapid.T) {
	id, r := m.some(t)
	key := fmt.Sprint("t", rapid.IntRange(0, 3).Draw(t, "tag"))
	err := m.tracker.DeleteTag(context.Background(), id, key)
	if _, ok := r.tags[key]; !ok {
		if !errors.Is(err, fault.NotFound) {
			t.Fatalf("a tag that is not there: %v", err)
		}
		return
	}
	m.must(err)
	delete(r.tags, key)
}

func (m *machine) rename(t *rapid.T) {
	id, r := m.some(t)
	m.names++
	r.name = fmt.Sprint("renamed ", m.names)
	m.must(m.tracker.UpdateRun(context.Background(), id, track.RunUpdate{Name: r.name}))
}

func (m *machine) trash(t *rapid.T) {
	if len(m.ids) == 0 {
		t.Skip("there is no run")
	}
	id := rapid.SampledFrom(m.ids).Draw(t, "run")
	r := m.runs[id]
	r.trashed = !r.trashed
	m.must(m.tracker.TrashRun(context.Background(), id, r.trashed))
}

func (m *machine) move(t *rapid.T) {
	id, r := m.some(t)
	r.experiment = rapid.SampledFrom(m.experiments).Draw(t, "experiment")
	_, err := m.tracker.MoveRuns(context.Background(), []string{id}, r.experiment)
	m.must(err)
}

func (m *machine) status(t *rapid.T) {
	id, r := m.some(t)
	r.status = rapid.SampledFrom([]string{"RUNNING", "FINISHED", "FAILED", "KILLED"}).Draw(t, "status")
	u := track.RunUpdate{Status: r.status}
	if r.status != "RUNNING" {
		u.End = 1_790_000_100_000
	}
	m.must(m.tracker.UpdateRun(context.Background(), id, u))
}

func (m *machine) file(t *rapid.T) {
	id, r := m.some(t)
	path, content := fmt.Sprint("out/f", rapid.IntRange(0, 3).Draw(t, "file")), fmt.Sprint(rapid.IntRange(0, 99).Draw(t, "content"))
	m.must(m.tracker.PutArtifact(context.Background(), track.Owner{Run: id}, event.ArtifactPut{Path: path, Size: 1, Content: []byte(content)}))
	r.files[path] = content
}

func (m *machine) unfile(t *rapid.T) {
	id, r := m.some(t)
	if len(r.files) == 0 {
		t.Skip("there is no file")
	}
	path := rapid.SampledFrom(slices.Sorted(maps.Keys(r.files))).Draw(t, "file")
	m.must(m.tracker.RemoveArtifact(context.Background(), track.Owner{Run: id}, path))
	delete(r.files, path)
}
