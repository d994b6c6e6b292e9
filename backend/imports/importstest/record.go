package importstest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"dev.varve/backend/artifact"
	"dev.varve/backend/event"
	"dev.varve/backend/exports"
	"dev.varve/backend/fault"
	"dev.varve/backend/imports"
	"dev.varve/backend/track"
)

// Record is a record in memory with the artifacts that were put.
type Record struct {
	*track.Tracker
	journal journal
	mu      sync.Mutex
	bytes   map[string]string // by reference
	Flushes int
}

// New makes an empty record.
func New(t testing.TB) *Record {
	t.Helper()
	r := &Record{bytes: map[string]string{}}
	var err error
	r.Tracker, err = track.Open(track.Config{
		Journal: &r.journal, Store: track.NewMemory(), Clock: &r.journal, Random: &counter{}, Workspace: [16]byte{1}, Created: 1_600_000_000_000, Person: "me",
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Filled makes a record that holds the sample.
func Filled(t testing.TB) *Record {
	t.Helper()
	r := New(t)
	if _, err := r.Import(t.Context(), Sample(), imports.Options{}); err != nil {
		t.Fatal(err)
	}
	return r
}

// Import takes a source into the record.
func (r *Record) Import(ctx context.Context, s imports.Source, o imports.Options) (imports.Done, error) {
	im := imports.Import{Source: s, Record: r.Tracker, Store: r, Clock: &r.journal, Options: o}
	return im.Take(ctx, nil)
}

// Look plans it.
func (r *Record) Look(ctx context.Context, s imports.Source, o imports.Options) (*imports.Plan, error) {
	im := imports.Import{Source: s, Record: r.Tracker, Store: r, Clock: &r.journal, Options: o}
	return im.Look(ctx, nil)
}

// Begin does nothing: nobody purges here.
func (r *Record) Begin() func() { return func() {} }

// Put keeps bytes.
func (r *Record) Put(_ context.Context, from io.Reader) ([]byte, int64, error) {
	data, err := io.ReadAll(from)
	r.mu.Lock()
	defer r.mu.Unlock()
	ref := fmt.Sprintf("bytes %d", len(r.bytes))
	r.bytes[ref] = string(data)
	return []byte(ref), int64(len(data)), err
}

// Flush counts.
func (r *Record) Flush(context.Context) error { r.Flushes++; return nil }

// Refer names a file.
func (r *Record) Refer(f imports.File) ([]byte, error) { return []byte("file " + f.Whole), nil }

// Open opens the bytes of a reference.
func (r *Record) Open(_ context.Context, content []byte) (io.ReadSeekCloser, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	text, ok := r.bytes[string(content)]
	if !ok {
		return nil, fault.New(fault.NotFound, "there is nothing at %s", content)
	}
	return struct {
		io.ReadSeeker
		io.Closer
	}{strings.NewReader(text), io.NopCloser(nil)}, nil
}

// Lose forgets the bytes of an artifact.
func (r *Record) Lose(a event.ArtifactPut) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.bytes, string(a.Content))
}

// Own is what an export takes from the record.
func (r *Record) Own(ctx context.Context, want exports.Selection) (*exports.Own, error) {
	own := &exports.Own{Record: r.Tracker, Place: "here", Trees: func(o track.Owner) (artifact.Tree, error) {
		return artifact.Managed{Names: r.Tracker, Bytes: r, Owner: o}, nil
	}}
	return own, own.Choose(ctx, want)
}

// Export brings what is chosen to a target.
func (r *Record) Export(ctx context.Context, want exports.Selection, to exports.Target) (exports.Done, error) {
	own, err := r.Own(ctx, want)
	if err != nil {
		return exports.Done{}, err
	}
	e := exports.Export{Own: own}
	return e.Take(ctx, to, nil)
}

// Text is what an artifact says.
func (r *Record) Text(a event.ArtifactPut) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if text, ok := r.bytes[string(a.Content)]; ok {
		return text
	}
	return string(a.Content)
}

// Dump writes all that the record holds, in an order that does not depend on how
// it came in. Ids of experiments are left out, since they are made here.
func (r *Record) Dump(t testing.TB) string {
	t.Helper()
	var b bytes.Buffer
	names := map[string]string{}
	var lines []string
	r.Experiments(func(x *track.Experiment) {
		names[x.ID] = x.Name()
		tags := x.ExperimentTags()
		delete(tags, imports.TagFrom)
		if x.ID != track.DefaultExperiment {
			lines = append(lines, fmt.Sprintf("experiment %s trashed=%v made=%d %v", x.Name(), x.Trashed(), x.MadeAt(), tags))
		}
	})
	var runs []string
	r.Briefs(nil, func(brief track.Brief) bool { runs = append(runs, brief.ID()); return true })
	slices.Sort(runs)
	for _, id := range runs {
		lines = append(lines, r.run(t, id, names)...)
	}
	var models []string
	r.Models(func(m *track.LoggedModel) {
		status, _ := m.Status.Get()
		line := fmt.Sprintf("model %s %q %q in %s by %s %s made=%d trashed=%v tags=%v params=%s", m.ID, m.Name(), m.ModelType, names[m.Experiment], m.Run, status.Status, m.MadeAt(), m.Trashed(), m.Labels.Tags(), params(m.Params))
		for _, p := range m.Metrics {
			line += fmt.Sprintf("\n  %s of %s on %s %s: %v", p.Value.Key, p.Value.Run, p.Value.Dataset, p.Value.Digest, p.Value.Point)
		}
		models = append(models, line)
		lines = append(lines, line)
	})
	lines = append(lines, r.registered(t)...)
	slices.Sort(lines)
	for _, l := range lines {
		fmt.Fprintln(&b, l)
	}
	for _, id := range models {
		b.WriteString(r.artifacts(t, track.Owner{Model: strings.Fields(id)[1]}))
	}
	return b.String()
}

func (r *Record) registered(t testing.TB) (lines []string) {
	err := r.Registry(func(reg track.Registry) error {
		reg.Models(func(m *track.RegisteredModel) {
			lines = append(lines, fmt.Sprintf("registered %s trashed=%v made=%d %q tags=%v", m.Name(), m.Trashed(), m.MadeAt(), m.Description(), m.Labels.Tags()))
			for _, v := range reg.Versions(m) {
				lines = append(lines, fmt.Sprintf("registered %s version %d %v %s trashed=%v made=%d by %s of run %s model %s %s at %s: %s %q %q %s tags=%v",
					m.Name(), v.Number(), reg.AliasesOf(v), v.Stage(), v.Trashed(), v.MadeAt(), v.Facts.User, v.Facts.Run, v.Facts.LoggedModel, v.Facts.Source, v.Location(),
					v.Status(), v.Facts.Message, v.Description(), v.Facts.RunLink, v.Labels.Tags()))
			}
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func params(list map[string]*track.ParamRecord) string {
	var b strings.Builder
	for _, key := range slices.Sorted(maps.Keys(list)) {
		fmt.Fprintf(&b, "[%q=%q]", key, list[key].Value)
	}
	return b.String()
}

func (r *Record) run(t testing.TB, id string, names map[string]string) (lines []string) {
	var metrics []string
	err := r.Run(id, func(run *track.Run) {
		end := run.End()
		lines = append(lines, fmt.Sprintf("run %s %q in %s by %s %s %d–%d trashed=%v params=%s", id, run.Name(), names[run.Experiment], run.User, end.Status, run.Start, end.End, run.Trashed(), params(run.Params)))
		for k, v := range run.Labels.Tags() {
			lines = append(lines, fmt.Sprintf("run %s tag %q=%q", id, k, v))
		}
		for _, d := range run.Datasets {
			lines = append(lines, fmt.Sprintf("run %s read %+v", id, d.Value))
		}
		for _, m := range run.ModelsIn {
			lines = append(lines, fmt.Sprintf("run %s read model %s", id, m.Value))
		}
		for _, m := range run.ModelsOut {
			lines = append(lines, fmt.Sprintf("run %s made model %+v", id, m.Value))
		}
		for key, m := range run.Metrics {
			metrics = append(metrics, key)
			lines = append(lines, fmt.Sprintf("run %s metric %s last %v on %s %s %s, %d points", id, key, m.Last, m.Model, m.Data, m.Digest, m.Points))
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range metrics {
		points, err := r.Points(t.Context(), id, key)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, fmt.Sprintf("run %s points of %s: %v", id, key, points))
	}
	return append(lines, strings.Split(strings.TrimSpace(r.artifacts(t, track.Owner{Run: id})), "\n")...)
}

func (r *Record) artifacts(t testing.TB, o track.Owner) string {
	files, err := r.Artifacts(o, "")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, f := range files {
		fmt.Fprintf(&b, "artifact of %s%s: %s %d %q\n", o.Run, o.Model, f.Path, f.Size, r.Text(f))
	}
	return b.String()
}

// journal numbers events; its clock moves with each look.
type journal struct {
	mu    sync.Mutex
	seq   uint64
	ticks int64
}

// Append keeps nothing.
func (j *journal) Append(_ context.Context, drafts ...event.Draft) ([]*event.Event, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	events := make([]*event.Event, len(drafts))
	for i, d := range drafts {
		body, err := event.Marshal(d.Body)
		if err != nil {
			return nil, err
		}
		j.seq++
		j.ticks++
		events[i] = &event.Event{
			ID: event.ID{Writer: event.Writer{7}, Seq: j.seq}, Count: 1, Stream: d.Stream, Type: d.Body.Type(), Version: d.Body.Version(), Must: true,
			Time: 1_800_000_000_000_000_000 + j.ticks*1_000_000, Replaces: d.Replaces, Body: body,
		}
	}
	return events, nil
}

// Now is the clock.
func (j *journal) Now() time.Time {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.ticks++
	return time.Unix(0, 1_800_000_000_000_000_000+j.ticks*1_000_000)
}

// counter gives bytes that are never the same.
type counter struct{ n byte }

func (c *counter) Read(p []byte) (int, error) {
	for i := range p {
		c.n++
		p[i] = c.n
	}
	return len(p), nil
}
