package owner

import (
	"bytes"
	"context"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dev.varve/backend/content"
	"dev.varve/backend/event"
	"dev.varve/storage/disk"
	"dev.varve/storage/folder"
	"dev.varve/storage/journal"
	"dev.varve/storage/packs"
	"dev.varve/storage/workspace"
)

// ticking is a clock that goes on by a second whenever somebody looks at it.
type ticking struct{ at int64 }

func (c *ticking) Now() time.Time {
	c.at++
	return time.Unix(1_790_000_000+c.at, 0)
}

// maker writes a golden workspace: two devices that did not know of each other
// and an agent whose log was folded, with every kind of thing in them.
type maker struct {
	t      *testing.T
	clock  *ticking
	random *rand.ChaCha8
	ws     *workspace.Workspace
	log    *journal.Log
	packs  *packs.Store
}

const (
	goldenWine  = "100000000000000001"
	goldenOther = "100000000000000002"
)

func goldenRun(n int) string { return strings.Repeat(string(rune('a'+n)), 32) }

// makeGolden writes the workspace into a folder.
func makeGolden(t *testing.T, dir string) {
	t.Helper()
	m := &maker{t: t, clock: &ticking{}, random: rand.NewChaCha8([32]byte{1})}
	var err error
	m.ws, err = workspace.Open(disk.OS{}, m.clock, m.random, dir, cuttings())
	m.must(err)
	m.must(os.WriteFile(filepath.Join(dir, workspace.LockName), nil, 0o644))
	a, b, agent := event.Writer{0xa1}, event.Writer{0xb2}, event.Writer{0xc3}

	m.open(a, a)
	m.experiments()
	m.firstRun()
	m.otherRuns()
	m.must(m.log.Close()) // its segment is sealed
	m.open(agent, a)
	m.agentsRun(agent)
	m.must(m.log.Close())
	m.open(a, a) // and begins another one
	m.must(m.log.Fold(journal.Dir(m.ws.Journal(), agent), agent, nil, nil))
	m.must(os.RemoveAll(journal.Dir(m.ws.Journal(), agent)))
	m.data()
	m.registry()
	m.must(m.log.Close())
	m.must(m.packs.Close())

	m.open(b, b)
	m.say("run/"+goldenRun(0), event.LabelSet{Key: "tag/owner", Value: "on b"}) // a had not been seen
	m.say("run/"+goldenRun(0), event.RunParams{Params: []event.Param{{Key: "lr", Value: "0.2"}}})
	m.say("run/"+goldenRun(6), event.RunCreated{Experiment: "0", Name: "of b", Start: 1_790_000_000_000})
	m.say("model-version/"+goldenRun(11), event.ModelVersion{Model: goldenRun(8), Number: 2, Source: "s3://b/apart", User: "ben"})
	m.say("run/"+goldenRun(6), event.ArtifactPut{Path: "of b.txt", Size: 7, Content: m.put("written")})
	// Neither log nor packs are closed: the owner was killed.
}

func (m *maker) must(err error) {
	m.t.Helper()
	if err != nil {
		m.t.Fatal(err)
	}
}

// open goes on as a writer.
func (m *maker) open(w, device event.Writer) {
	m.t.Helper()
	var err error
	m.log, _, err = journal.Open(journal.Config{
		Disk: disk.OS{}, Clock: m.clock, Random: m.random, Dir: journal.Dir(m.ws.Journal(), w), Writer: w, Device: device,
		Workspace: m.ws.ID, Person: "ann", Program: "varve golden", First: 64 << 10,
	}, nil)
	m.must(err)
	if m.packs == nil || w != device || w[0] == 0xb2 {
		m.packs, err = packs.Open(context.Background(), packs.Options{Disk: disk.OS{}, Random: m.random, Base: m.ws.Dir, Writer: packs.Writer(device)})
		m.must(err)
	}
}

func (m *maker) say(stream string, body event.Body, replaces ...event.ID) event.ID {
	m.t.Helper()
	events, err := m.log.Append(context.Background(), event.Draft{Stream: stream, Body: body, Replaces: replaces})
	m.must(err)
	return events[0].ID
}

// put keeps content and returns a reference to it.
func (m *maker) put(text string) []byte {
	m.t.Helper()
	ref, err := content.WriteFile(context.Background(), m.packs, bytes.NewReader([]byte(text)), content.WriteOptions{})
	m.must(err)
	m.must(m.packs.Flush(context.Background()))
	data, err := event.Marshal(ref)
	m.must(err)
	return data
}

func (m *maker) experiments() {
	made := m.say("experiment/"+goldenWine, event.ExperimentCreated{Name: "wine", Tags: map[string]string{"team": "lab 7"}})
	m.say("experiment/"+goldenWine, event.LabelSet{Key: "name", Value: "wine quality"}, made)
	m.say("experiment/"+goldenOther, event.ExperimentCreated{Name: "folder/other", Location: "s3://elsewhere/x"})
	m.say("workspace", event.LabelSet{Key: "view/table/mine", Value: "{}"})
}

// firstRun is a run with everything.
func (m *maker) firstRun() {
	run := "run/" + goldenRun(0)
	m.say(run, event.RunCreated{Experiment: goldenWine, Name: "forest", User: "ann", Start: 1_790_000_000_123, Tags: map[string]string{"mlflow.note.content": "first"}})
	running := m.say(run, event.RunStatus{Status: "RUNNING"})
	m.say(run, event.RunParams{Params: []event.Param{{Key: "lr", Value: "0.1"}, {Key: "depth", Value: "7"}}})
	var points []event.Point
	for i := range int64(1300) {
		points = append(points, event.Point{Step: i, Time: 1_790_000_000_000 + i, Value: math.Sqrt(float64(i))})
	}
	m.say(run, event.RunMetrics{Series: []event.Series{event.PackSeries("loss", points)}})
	odd := event.PackSeries("odd/né", []event.Point{{Step: 3, Value: math.NaN()}, {Step: -1, Value: math.Inf(1)}, {Step: 3, Value: 0}})
	odd.Model, odd.Dataset, odd.Digest = "m-"+goldenRun(0), "table", "abcd"
	m.say(run, event.RunMetrics{Series: []event.Series{odd}})
	m.say(run, event.RunInputs{Datasets: []event.DatasetInput{{Name: "table", Digest: "abcd", SourceType: "local", Source: "{}"}}})
	model := "logged-model/m-" + goldenRun(0)
	m.say(model, event.ModelLogged{Experiment: goldenWine, Name: "forest model", Run: goldenRun(0), Params: []event.Param{{Key: "trees", Value: "9"}}})
	m.say(model, event.ModelStatus{Status: "LOGGED_MODEL_READY"})
	m.say(run, event.RunOutputs{Models: []event.ModelOutput{{ID: "m-" + goldenRun(0), Step: 3}}})
	m.say(run, event.ArtifactPut{Path: "model/weights.bin", Size: 50_000, Content: m.put(strings.Repeat("weights ", 6250))})
	gone := m.say(run, event.ArtifactPut{Path: "gone.txt", Size: 4, Content: m.put("gone")})
	m.say(run, event.ArtifactPut{Path: "gone.txt", Gone: true}, gone)
	first := m.say(run, event.LabelSet{Key: "tag/owner", Value: "one"})
	second := m.say(run, event.LabelSet{Key: "tag/owner", Value: "two"}, first)
	m.say(run, event.LabelSet{Key: "tag/owner", Value: "three"}, second)
	passing := m.say(run, event.LabelSet{Key: "tag/passing", Value: "x"})
	m.say(run, event.LabelSet{Key: "tag/passing", Gone: true}, passing)
	m.say(run, event.RunStatus{Status: "FINISHED", End: 1_790_000_100_000}, running)
}

// otherRuns are a child that was renamed and moved, one in the trash, one that
// came out of it, and one that is gone for good.
func (m *maker) otherRuns() {
	created := make([]event.ID, 6)
	for i := 1; i <= 4; i++ {
		created[i] = m.say("run/"+goldenRun(i), event.RunCreated{
			Experiment: goldenWine, Name: "run " + string(rune('0'+i)), Start: 1_790_000_000_000 + int64(i), Tags: map[string]string{"mlflow.parentRunId": goldenRun(0)},
		})
	}
	m.say("run/"+goldenRun(1), event.LabelSet{Key: "name", Value: "renamed"}, created[1])
	m.say("run/"+goldenRun(1), event.LabelSet{Key: "experiment", Value: goldenOther})
	m.say("run/"+goldenRun(2), event.LabelSet{Key: "trash", Value: "trash"})
	trashed := m.say("run/"+goldenRun(3), event.LabelSet{Key: "trash", Value: "trash"})
	m.say("run/"+goldenRun(3), event.LabelSet{Key: "trash", Gone: true}, trashed)
	m.say("run/"+goldenRun(4), event.StreamPurged{})
}

func (m *maker) agentsRun(agent event.Writer) {
	run, code := "run/"+goldenRun(5), int64(3)
	m.say(run, event.RunCreated{Experiment: goldenWine, Name: "by an agent", Start: 1_790_000_000_500, Origin: &event.Origin{
		Project: "/projects/wine", EntryPoint: "main", Command: "python train.py", Manager: "uv", Python: "3.13.1", Packages: []string{"numpy==2.3.1"}, Host: "pond", Agent: agent,
	}})
	m.code(run)
	running := m.say(run, event.RunStatus{Status: "RUNNING", Agent: true})
	m.say(run, event.RunMetrics{Series: []event.Series{event.PackSeries("loss", []event.Point{{Step: 1, Value: 1}, {Step: 2, Value: 0.5}})}})
	m.say(run, event.ArtifactPut{Path: "output.log", Size: 6, Content: m.put("begun\n")})
	m.say(run, event.RunStatus{Status: "FAILED", End: 1_790_000_200_000, Reason: "It ended with code 3.", ExitCode: &code, Agent: true}, running)
}

// code records what the agent's run was made of.
func (m *maker) code(run string) {
	ctx := context.Background()
	ref, err := content.WriteFile(ctx, m.packs, strings.NewReader("print(1)\n"), content.WriteOptions{})
	m.must(err)
	tree, err := content.Assemble(ctx, m.packs, []content.PathEntry{{Path: "train.py", Ref: ref}})
	m.must(err)
	m.must(m.packs.Flush(ctx))
	m.say(run, event.RunCode{
		Root: tree.Root[:], Digest: tree.Digest[:], Files: 1, Bytes: 9, Commit: "c0ffee", Branch: "main", Dirty: true, Patch: m.put("--- a\n+++ b\n"),
	})
}

// registry is a registered model of three versions, two of which were made apart.
func (m *maker) registry() {
	model := "registered-model/" + goldenRun(8)
	made := m.say(model, event.ModelRegistered{Name: "forest", Description: "of wine", Tags: map[string]string{"team": "lab 7"}, Made: 1_780_000_000_000})
	m.say("model-version/"+goldenRun(9), event.ModelVersion{
		Model: goldenRun(8), Number: 1, Source: "models:/m-" + goldenRun(0), Location: "mlflow-artifacts:/" + goldenWine + "/models/m-" + goldenRun(0) + "/artifacts",
		Run: goldenRun(0), LoggedModel: "m-" + goldenRun(0), Description: "the first", User: "ann",
	})
	m.say("model-version/"+goldenRun(10), event.ModelVersion{Model: goldenRun(8), Number: 2, Source: "runs:/" + goldenRun(0) + "/model", Run: goldenRun(0)})
	staged := m.say("model-version/"+goldenRun(9), event.LabelSet{Key: "stage", Value: "Production", Comment: "good enough"})
	m.say("model-version/"+goldenRun(9), event.LabelSet{Key: "stage", Value: "Archived"}, staged)
	m.say(model, event.LabelSet{Key: "alias/champion", Value: goldenRun(10)})
	m.say(model, event.LabelSet{Key: "name", Value: "wine forest"}, made)
}

// data lays down two versions of a data set, and opens a project.
func (m *maker) data() {
	ctx, dir := context.Background(), m.t.TempDir()
	made := m.say("dataset/"+goldenRun(7), event.DatasetCreated{Name: "table"})
	m.say("dataset/"+goldenRun(7), event.LabelSet{Key: "name", Value: "wine table"}, made)
	for n := uint64(1); n <= 2; n++ {
		m.must(os.MkdirAll(filepath.Join(dir, "sub"), 0o755))
		for _, name := range []string{"a.csv", "sub/b.csv"} {
			path := filepath.Join(dir, name)
			m.must(os.WriteFile(path, bytes.Repeat([]byte{byte('0' + n), ','}, 3000), 0o644))
			m.must(os.Chtimes(path, time.Unix(1_790_000_000, 0), time.Unix(1_790_000_000, 0)))
		}
		built, err := content.Build(ctx, m.packs, folder.NewSource(dir), content.BuildOptions{})
		m.must(err)
		m.must(m.packs.Flush(ctx))
		m.say("dataset/"+goldenRun(7), event.DatasetVersion{
			ID: strings.Repeat(string(rune('0'+n)), 32), Number: n, Root: built.Root[:], Digest: built.Digest[:], Files: built.Totals.Files, Bytes: built.Totals.Bytes, Message: "as it came",
		})
	}
	m.say("dataset/"+goldenRun(7), event.DatasetDescribed{Of: strings.Repeat("1", 32), Description: &event.Description{
		Title: "Wines", Text: "Marks of tasters.", Creators: []event.Creator{{Name: "Ada Lovelace", ORCID: "0000-0002-1825-0097", Affiliation: "Institute"}},
		Licence: "CC-BY-4.0", Keywords: []string{"wine"}, Funding: []event.Funding{{Funder: "DFG", Award: "1", Title: "Wine"}},
		Related: []event.Related{{Relation: "Cites", Identifier: "10.1234/a"}}, Language: "en", Contact: "Ada", Email: "ada@example.org", Label: "1.0",
	}})
	m.say("project/"+goldenRun(8), event.ProjectOpened{Path: "/projects/wine", EntryPoint: "main", Params: map[string]string{"lr": "0.1"}})
}
