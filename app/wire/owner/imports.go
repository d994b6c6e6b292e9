package owner

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"dev.varve/app/door/api"
	"dev.varve/app/mlflowserver"
	"dev.varve/backend/content"
	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/imports"
	"dev.varve/backend/job"
	"dev.varve/backend/say"
	"dev.varve/storage/disk"
	"dev.varve/storage/dvcrepo"
	"dev.varve/storage/lfsrepo"
	"dev.varve/storage/mlflowdb"
	"dev.varve/storage/mlruns"
	"dev.varve/storage/spreadsheet"
)

// importer is the door's view of what other programs have recorded.
type importer struct{ *Owner }

// open finds out what is to be imported.
func (o importer) open(ctx context.Context, want api.Import) (imports.Source, error) {
	if strings.Contains(want.From, "://") {
		return mlflowserver.Open(want.From)
	}
	if want.Table != nil || spreadsheet.Is(want.From) {
		return o.openTable(ctx, want)
	}
	info, err := os.Stat(want.From)
	if err != nil {
		return nil, disk.Classify(err, "look at", want.From)
	}
	file := want.From
	if info.IsDir() {
		dir, err := mlruns.Find(want.From)
		if err == nil {
			return mlruns.Open(dir, want.Artifacts...)
		}
		file = filepath.Join(want.From, "mlflow.db")
		if !mlflowdb.Is(file) { // else its mlruns has nothing but artifacts
			return nil, err
		}
	}
	if !mlflowdb.Is(file) {
		return nil, fault.New(fault.Unsupported, "%s is nothing that Varve can import", want.From).
			WithHint("It reads folders of MLflow (mlruns), its databases (mlflow.db), tables of results (.csv, .tsv, .xlsx), and repositories of DVC and git-lfs.")
	}
	return mlflowdb.Open(ctx, file, filepath.Join(o.places.Cache, "imports"), want.Artifacts...)
}

// importable tells of a path, by its name and what lies in it, whether there are runs
// to import, or versions of data.
func importable(path string, dir bool) string {
	if !dir {
		switch {
		case spreadsheet.Is(path):
			return "table"
		case mlflowdb.Is(path):
			return "mlflow"
		}
		return ""
	}
	switch _, err := mlruns.Find(path); {
	case err == nil || mlflowdb.Is(filepath.Join(path, "mlflow.db")):
		return "mlflow"
	case dvcrepo.Is(path):
		return ofDVC
	case lfsrepo.Is(path):
		return ofLFS
	}
	return ""
}

// begin opens a source, and makes this the only import.
func (o importer) begin(ctx context.Context, want api.Import, p *job.Progress) (im *imports.Import, end func(), err error) {
	if err := alone(ctx, o.importing, p, "Waiting for another import"); err != nil {
		return nil, nil, err
	}
	source, err := o.open(ctx, want)
	if err != nil {
		<-o.importing
		return nil, nil, err
	}
	im = &imports.Import{
		Source: source, Record: o.tracker, Store: importStore(o), Clock: o.clock,
		Options: imports.Options{Into: want.Into, Refer: want.Reference, Bare: want.NoArtifacts, Only: want.Experiments},
	}
	return im, func() {
		if err := source.Close(); err != nil {
			o.log.Warn("what was imported could not be closed", "why", err)
		}
		<-o.importing
	}, nil
}

// alone waits until nobody else does the same work, and says so. Who has done it
// takes the token out again.
func alone(ctx context.Context, token chan struct{}, p *job.Progress, waiting string) error {
	select {
	case token <- struct{}{}:
		return nil
	default:
		p.Note(waiting)
	}
	select {
	case token <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Look says what an import would do.
func (o importer) Look(ctx context.Context, want api.Import, p *job.Progress) (job.Outcome, error) {
	if kind := dataKind(want); kind != "" {
		return o.lookAtData(ctx, kind, want, p)
	}
	im, end, err := o.begin(ctx, want, p)
	if err != nil {
		return job.Outcome{}, err
	}
	defer end()
	plan, err := im.Look(ctx, p)
	if err != nil {
		return job.Outcome{}, err
	}
	sum := plan.Sum()
	out := api.ImportPlan{
		Kind: plan.About.Kind, From: plan.About.Place, Local: plan.About.Local, Runs: sum.Runs, Known: sum.Known, Differ: sum.Differ, Deleted: sum.Trashed,
		Models: sum.Models, Files: sum.Files, Bytes: sum.Bytes, Skipped: skipped(plan.Skipped), Left: plan.Left,
		Experiments: make([]api.ImportExperiment, len(plan.Experiments)), Registered: make([]api.ImportRegistered, len(plan.Registered)),
		Datasets: []api.ImportDataset{},
	}
	if table, ok := im.Source.(*spreadsheet.Source); ok {
		out.Table = planOfTable(table)
	}
	for i, m := range plan.Registered {
		out.Registered[i] = api.ImportRegistered{Name: m.Name, Versions: m.Versions, New: m.Fresh, Reason: m.Reason}
	}
	for i, e := range plan.Experiments {
		out.Experiments[i] = api.ImportExperiment{
			ID: e.ID, Name: e.Name, As: e.As, New: e.Here == "", Reason: e.Reason, Deleted: e.Experiment.Deleted,
			Runs: e.Runs, Known: e.Known, Models: e.Models, Files: e.Files, Bytes: e.Bytes,
		}
	}
	text := fmt.Sprintf("%s, %s, of them %d new", say.Count(len(out.Experiments), "experiment"), say.Count(sum.Runs, "run"), sum.Runs-sum.Known)
	if out.Table == nil {
		text += fmt.Sprintf("; %s; %s, %s", say.Count(len(out.Registered), "registered model"), say.Count(int(sum.Files), "artifact"), say.Bytes(sum.Bytes))
	}
	return outcome(out, text+".")
}

func skipped(list []imports.Skipped) []api.ImportSkipped {
	out := make([]api.ImportSkipped, len(list))
	for i, s := range list {
		out[i] = api.ImportSkipped(s)
	}
	return out
}

func outcome(result any, summary string) (job.Outcome, error) {
	data, err := json.Marshal(result)
	return job.Outcome{Result: string(data), Summary: summary}, fault.Wrap(err, fault.Internal, "encode", "result")
}

// Take imports. What was imported before it failed or was cancelled, stays, and
// can be undone like the rest.
func (o importer) Take(ctx context.Context, want api.Import, p *job.Progress) (job.Outcome, error) {
	if kind := dataKind(want); kind != "" {
		return o.takeData(ctx, kind, want, p)
	}
	im, end, err := o.begin(ctx, want, p)
	if err != nil {
		return job.Outcome{}, err
	}
	defer end()
	if want.Reference {
		if err := o.allowOutside(append([]string{rootOf(im.Source.About().Place)}, want.Artifacts...)); err != nil {
			return job.Outcome{}, err
		}
	}
	done, err := im.Take(ctx, p)
	out := api.ImportResult{
		Experiments: done.Experiments, Runs: done.Runs, More: done.More, Same: done.Same, Points: done.Points, Models: done.Models,
		Registered: done.Registered, Versions: done.Versions, Files: done.Files, Bytes: done.Bytes, Skipped: skipped(done.Skipped), Left: done.Left,
		Into: append([]string{}, done.Into...), IntoData: []string{}, Undo: o.undoable(done),
	}
	if err != nil && out.Undo == "" {
		return job.Outcome{}, err
	}
	made, encoding := outcome(out, inWords(done))
	made.Stays = true
	return made, errors.Join(err, encoding)
}

// rootOf is the folder that artifacts of a source lie in.
func rootOf(place string) string {
	if info, err := os.Stat(place); err == nil && !info.IsDir() {
		return filepath.Dir(place)
	}
	return place
}

// inWords says what an import did, as a sentence.
func inWords(d imports.Done) string {
	text := fmt.Sprintf("Imported %s", say.Counts(
		say.Counted{N: d.Experiments, Thing: "experiment"}, say.Counted{N: d.Runs, Thing: "run"}, say.Counted{N: int(d.Points), Thing: "point"},
		say.Counted{N: d.Models, Thing: "model"}, say.Counted{N: d.Registered, Thing: "registered model"},
		say.Counted{N: d.Versions, Thing: "model version"}, say.Counted{N: int(d.Files), Thing: "artifact"}))
	if d.Bytes > 0 {
		text += " (" + say.Bytes(d.Bytes) + ")"
	}
	text += "."
	if d.More > 0 {
		text += fmt.Sprintf(" Added to %s.", say.Count(d.More, "run"))
	}
	if d.Same > 0 {
		text += fmt.Sprintf(" %s: here already.", say.Count(d.Same, "run"))
	}
	if d.Left > 0 {
		text += fmt.Sprintf(" Left out: %s.", say.Count(d.Left, "thing"))
	}
	return text
}

// importStore keeps artifacts that are imported.
type importStore struct{ *Owner }

// Put keeps content; it is durable after the next Flush.
func (s importStore) Put(ctx context.Context, r io.Reader) ([]byte, int64, error) {
	got, err := content.WriteFile(ctx, s.packs, r, content.WriteOptions{})
	if err != nil {
		return nil, 0, err
	}
	ref, err := event.Marshal(got)
	return ref, got.Size, err
}

// Flush makes durable what was put.
func (s importStore) Flush(ctx context.Context) error { return s.packs.Flush(ctx) }

// Refer returns a reference to a file that stays where it is.
func (importStore) Refer(f imports.File) ([]byte, error) {
	return content.Outside{Path: f.Whole, Size: f.Size, Modified: f.Modified.UnixNano()}.Marshal()
}
