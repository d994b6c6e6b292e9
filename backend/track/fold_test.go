package track_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"dev.varve/backend/event"
	"dev.varve/backend/track"
)

type stillClock struct{}

func (stillClock) Now() time.Time { return time.Unix(1_700_000_000, 0) }

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// noJournal is for trackers that only apply.
type noJournal struct{}

func (noJournal) Append(context.Context, ...event.Draft) ([]*event.Event, error) {
	panic("this tracker only applies")
}

func newTracker(t interface{ Fatal(...any) }, store track.Store) *track.Tracker {
	tr, err := track.Open(track.Config{
		Journal: noJournal{}, Store: store, Clock: stillClock{}, Random: zeros{}, Workspace: [16]byte{1}, Created: 5,
	})
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// history draws what several writers say about a few things. Each may replace
// only what it has seen: any prefix of the others' logs, its own log.
func history(t *rapid.T) [][]*event.Event {
	logs := make([][]*event.Event, rapid.IntRange(1, 4).Draw(t, "writers"))
	for n := rapid.IntRange(1, 60).Draw(t, "events"); n > 0; n-- {
		w := rapid.IntRange(0, len(logs)-1).Draw(t, "writer")
		stream, body := drawEvent(t)
		e := &event.Event{
			ID: event.ID{Writer: event.Writer{byte(w + 1)}, Seq: uint64(len(logs[w]) + 1)}, Count: 1, Stream: stream,
			Type: body.Type(), Version: body.Version(), Must: true, Time: rapid.Int64Range(1, 20).Draw(t, "clock"),
		}
		if l, ok := body.(event.LabelSet); ok {
			e.Replaces = drawReplaced(t, logs, stream, l.Key)
		}
		raw, err := event.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		e.Body = raw
		logs[w] = append(logs[w], e)
	}
	return logs
}

func drawEvent(t *rapid.T) (stream string, body event.Body) {
	if rapid.IntRange(0, 3).Draw(t, "of the registry") == 0 {
		return drawRegistry(t)
	}
	body = drawBody(t)
	if l, ok := body.(event.LabelSet); ok && rapid.Bool().Draw(t, "of the workspace") {
		l.Key = "view/table/" + rapid.SampledFrom([]string{"a", "b"}).Draw(t, "view")
		return "workspace", l
	}
	return "run/r" + rapid.SampledFrom([]string{"1", "2"}).Draw(t, "run"), body
}

// drawRegistry draws an event about registered models and their versions.
func drawRegistry(t *rapid.T) (stream string, body event.Body) {
	small := rapid.SampledFrom([]string{"a", "b", "c"})
	model, version := rapid.SampledFrom([]string{"m1", "m2"}).Draw(t, "model"), rapid.SampledFrom([]string{"v1", "v2", "v3"}).Draw(t, "version")
	ofModel := rapid.Bool().Draw(t, "about the model")
	stream = "model-version/" + version
	keys := []string{event.LabelStage, event.LabelTrash, event.LabelDescription}
	if ofModel {
		stream = "registered-model/" + model
		keys = []string{event.LabelName, event.LabelTrash, "alias/x", "number/1", "number/2"}
	}
	switch kind := rapid.IntRange(0, 9).Draw(t, "kind"); {
	case kind == 0:
		return stream, event.StreamPurged{}
	case kind < 5:
		set := event.LabelSet{Key: rapid.SampledFrom(keys).Draw(t, "key"), Value: small.Draw(t, "value"), Gone: rapid.Bool().Draw(t, "gone")}
		if ofModel && set.Key != event.LabelName && set.Key != event.LabelTrash {
			set.Value = version
		}
		return stream, set
	case ofModel:
		return stream, event.ModelRegistered{Name: small.Draw(t, "name"), Description: small.Draw(t, "description")}
	}
	return stream, event.ModelVersion{Model: model, Number: rapid.Uint64Range(0, 3).Draw(t, "number"), Source: small.Draw(t, "source"), Description: small.Draw(t, "description")}
}

func drawBody(t *rapid.T) event.Body {
	small := rapid.SampledFrom([]string{"a", "b", "c"})
	switch rapid.IntRange(0, 12).Draw(t, "kind") / 2 {
	case 0:
		return event.RunCreated{Experiment: "0", Name: small.Draw(t, "name"), User: small.Draw(t, "user"), Tags: map[string]string{"k": small.Draw(t, "tag")}}
	case 1:
		key := rapid.SampledFrom([]string{"tag/a", "tag/b", "tag/k", event.LabelExperiment}).Draw(t, "key")
		return event.LabelSet{Key: key, Value: small.Draw(t, "value"), Gone: rapid.Bool().Draw(t, "gone")}
	case 2:
		return event.RunParams{Params: []event.Param{{Key: small.Draw(t, "key"), Value: small.Draw(t, "value")}}}
	case 3:
		return event.RunInputs{Models: []string{small.Draw(t, "model")}}
	case 4:
		return event.ArtifactPut{Path: small.Draw(t, "path"), Size: 3, Content: []byte(small.Draw(t, "content"))}
	case 6:
		return event.StreamPurged{}
	}
	values := rapid.SampledFrom([]float64{0, 1, -1, math.NaN(), math.Inf(1), 0.25})
	points := make([]event.Point, rapid.IntRange(1, 5).Draw(t, "points"))
	for i := range points {
		points[i] = event.Point{Step: rapid.Int64Range(-2, 3).Draw(t, "step"), Time: rapid.Int64Range(0, 3).Draw(t, "time"), Value: values.Draw(t, "value")}
	}
	series := event.PackSeries(small.Draw(t, "key"), points)
	series.Model = rapid.SampledFrom([]string{"", "m-1"}).Draw(t, "model")
	metrics := event.RunMetrics{Series: []event.Series{series}}
	if rapid.Bool().Draw(t, "from a file") {
		metrics.Read = &event.MetricsRead{
			Begun: rapid.Int64Range(0, 1).Draw(t, "begun"), Bytes: rapid.Int64Range(0, 3).Draw(t, "bytes"), Left: rapid.Int64Range(0, 1).Draw(t, "left"),
		}
	}
	return metrics
}

// drawReplaced picks some of the settings of a label that exist anywhere.
func drawReplaced(t *rapid.T, logs [][]*event.Event, stream, key string) []event.ID {
	var ids []event.ID
	for _, log := range logs {
		for _, e := range log {
			var l event.LabelSet
			sets := e.Type == l.Type() && event.Unmarshal(e.Body, &l) == nil && l.Key == key
			creates := e.Type == event.RunCreated{}.Type() && key == "tag/k" // which it has
			if e.Stream != stream || !sets && !creates {
				continue
			}
			if rapid.Bool().Draw(t, "replaces") {
				ids = append(ids, e.ID)
			}
		}
	}
	return ids
}

// TestFoldDoesNotDependOnTheOrderOfLogs reads the same logs in two orders, the
// second time with repetitions, a restart and flushes in between.
func TestFoldDoesNotDependOnTheOrderOfLogs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		logs := history(t)
		plain := newTracker(t, track.NewMemory())
		for _, log := range logs {
			for _, e := range log {
				apply(t, plain, e)
			}
		}
		store := track.NewMemory()
		mixed := newTracker(t, store)
		next := make([]int, len(logs))
		for left := total(logs); left > 0; {
			w := rapid.IntRange(0, len(logs)-1).Draw(t, "next log")
			if next[w] == len(logs[w]) {
				continue
			}
			apply(t, mixed, logs[w][next[w]])
			next[w]++
			left--
			switch rapid.IntRange(0, 9).Draw(t, "meanwhile") {
			case 0:
				flush(t, mixed)
			case 1: // a kill: what was flushed is read again, then the logs from an earlier place
				flush(t, mixed)
				mixed = newTracker(t, store)
				again := rapid.IntRange(0, next[w]).Draw(t, "again from")
				for _, e := range logs[w][again:next[w]] {
					apply(t, mixed, e)
				}
			}
		}
		if a, b := state(t, plain), state(t, mixed); a != b {
			t.Fatalf("the state depends on the order:\n%s\n%s", a, b)
		}
	})
}

func total(logs [][]*event.Event) (n int) {
	for _, log := range logs {
		n += len(log)
	}
	return n
}

func apply(t *rapid.T, tr *track.Tracker, e *event.Event) {
	if err := tr.Apply(e); err != nil {
		t.Fatal(err)
	}
}

func flush(t *rapid.T, tr *track.Tracker) {
	if err := tr.Flush(nil); err != nil {
		t.Fatal(err)
	}
}

func state(t *rapid.T, tr *track.Tracker) string {
	flush(t, tr)
	sum, err := tr.StateHash()
	if err != nil {
		t.Fatal(err)
	}
	views, err := tr.Views("", "")
	if err != nil {
		t.Fatal(err)
	}
	out := fmt.Sprint(sum, views)
	for _, id := range []string{"r1", "r2"} {
		_ = tr.Run(id, func(r *track.Run) { // a run whose creation was not drawn is not there
			out += fmt.Sprintf("\n%s %q %v", id, r.Name(), r.Labels.Tags())
		})
	}
	return out + registryState(tr)
}

// registryState is what is computed of the registry's records: numbers and names.
func registryState(tr *track.Tracker) string {
	var lines []string
	_ = tr.Registry(func(r track.Registry) error {
		r.Models(func(m *track.RegisteredModel) {
			line := fmt.Sprintf("%s %q found %v updated %d:", m.ID, m.Name(), r.Found(m), r.UpdatedAt(m))
			for _, v := range r.Versions(m) {
				line += fmt.Sprintf(" %s=%d %s %v %d", v.ID, v.Number(), v.Stage(), r.AliasesOf(v), r.VersionUpdatedAt(v))
			}
			lines = append(lines, line)
		})
		return nil
	})
	slices.Sort(lines)
	return "\n" + strings.Join(lines, "\n")
}
