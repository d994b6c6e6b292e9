package owner

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"dev.varve/app/door/api"
	"dev.varve/app/machine"
	"dev.varve/app/mlflowserver"
	"dev.varve/backend/artifact"
	"dev.varve/backend/exports"
	"dev.varve/backend/fault"
	"dev.varve/backend/job"
	"dev.varve/backend/say"
	"dev.varve/storage/disk"
	"dev.varve/storage/exportdir"
	"dev.varve/storage/mlruns"
	"dev.varve/storage/tables"
)

// exporter brings the record to where other programs read it.
type exporter struct {
	*Owner
	artifacts *artifact.Places
}

// toServer is the kind of what goes to a server.
const toServer = "mlflow"

// exportsTo are the folders that can be made, by the kind that a request names.
var exportsTo = map[string]func(*exportdir.Folder) (exports.Target, error){
	mlruns.Kind: func(f *exportdir.Folder) (exports.Target, error) { return mlruns.Create(f), nil },
	tables.Kind: func(f *exportdir.Folder) (exports.Target, error) { return tables.Create(f) },
}

func (e exporter) of(want api.Export) exportdir.Of {
	return exportdir.Of{Kind: want.Kind, Workspace: hex.EncodeToString(e.ws.ID[:])}
}

// check says what is wrong with a destination, and whether an export is there that
// would go on.
func (e exporter) check(ctx context.Context, want api.Export) (goesOn bool, err error) {
	if want.Kind == toServer {
		sink, err := mlflowserver.Into(want.To)
		if err != nil {
			return false, err
		}
		return false, errors.Join(sink.Check(ctx), sink.Close())
	}
	if rel, err := filepath.Rel(e.Dir, followLinks(want.To)); err == nil && filepath.IsLocal(rel) {
		return false, fault.New(fault.Invalid, "%s lies in the workspace itself", want.To).WithHint("Name a folder elsewhere.")
	}
	return exportdir.Check(want.To, e.of(want))
}

// open begins at the destination, or goes on there.
func (e exporter) open(ctx context.Context, want api.Export) (exports.Target, error) {
	if _, err := e.check(ctx, want); err != nil {
		return nil, err
	}
	if want.Kind == toServer {
		return mlflowserver.Into(want.To)
	}
	f, err := exportdir.Open(want.To, e.of(want), machine.Tools{}.Sync)
	if err != nil {
		return nil, err
	}
	to, err := exportsTo[want.Kind](f)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return to, nil
}

// choose finds out what is meant.
func (e exporter) choose(ctx context.Context, want api.Export, chosen exports.Selection) (*exports.Export, error) {
	own := &exports.Own{Record: e.tracker, Trees: e.artifacts.Of, Place: e.Dir}
	return &exports.Export{Own: own, Bare: want.NoArtifacts}, own.Choose(ctx, chosen)
}

// Look says what an export would do.
func (e exporter) Look(ctx context.Context, want api.Export, chosen exports.Selection, p *job.Progress) (job.Outcome, error) {
	goesOn, err := e.check(ctx, want)
	if err != nil {
		return job.Outcome{}, err
	}
	ex, err := e.choose(ctx, want, chosen)
	if err != nil {
		return job.Outcome{}, err
	}
	plan, err := ex.Look(ctx, p)
	if err != nil {
		return job.Outcome{}, err
	}
	sum := plan.Sum()
	out := api.ExportPlan{
		Kind: want.Kind, To: shownTo(want.To), GoesOn: goesOn, Runs: sum.Runs, Models: sum.Models, Files: sum.Files, Bytes: sum.Bytes, Skipped: skipped(plan.Skipped), Left: plan.Left,
		Experiments: make([]api.ExportExperiment, len(plan.Experiments)), Registered: make([]api.ExportRegistered, len(plan.Registered)),
	}
	for i, x := range plan.Experiments {
		out.Experiments[i] = api.ExportExperiment{ID: x.ID, Name: x.Name, Trashed: x.Deleted, Runs: x.Runs, Models: x.Models, Files: x.Files, Bytes: x.Bytes}
	}
	for i, m := range plan.Registered {
		out.Registered[i] = api.ExportRegistered(m)
	}
	if want.Kind != toServer {
		out.Free = freeAt(want.To)
	}
	return outcome(out, fmt.Sprintf("%s, %s; %s; %s, %s.", say.Count(len(out.Experiments), "experiment"), say.Count(sum.Runs, "run"),
		say.Count(len(out.Registered), "registered model"), say.Count(int(sum.Files), "artifact"), say.Bytes(sum.Bytes)))
}

// freeAt is how many bytes are free where a folder is, or will be; 0 if nobody knows.
func freeAt(folder string) int64 {
	for {
		free, err := disk.OS{}.Free(folder)
		above := filepath.Dir(folder)
		if err == nil || above == folder || !errors.Is(err, fs.ErrNotExist) {
			return free
		}
		folder = above
	}
}

// Take exports; one export waits for another.
func (e exporter) Take(ctx context.Context, want api.Export, chosen exports.Selection, p *job.Progress) (out job.Outcome, err error) {
	if err := alone(ctx, e.exporting, p, "Waiting for another export"); err != nil {
		return out, err
	}
	defer func() { <-e.exporting }()
	ex, err := e.choose(ctx, want, chosen)
	if err != nil {
		return out, err
	}
	to, err := e.open(ctx, want)
	if err != nil {
		return out, err
	}
	done, err := ex.Take(ctx, to, p)
	if err = errors.Join(err, to.Close()); err != nil {
		return out, err
	}
	return outcome(api.ExportResult{
		Kind: want.Kind, To: shownTo(want.To), Experiments: done.Experiments, Runs: done.Runs, Same: done.Same, Points: done.Points, Models: done.Models,
		Registered: done.Registered, Versions: done.Versions, Files: done.Files, Bytes: done.Bytes, Skipped: skipped(done.Skipped), Left: done.Left,
	}, exportInWords(done))
}

// shownTo is a destination without a password.
func shownTo(to string) string {
	scheme, rest, isAddress := strings.Cut(to, "://")
	if !isAddress {
		return to
	}
	host, path, _ := strings.Cut(rest, "/")
	return strings.TrimRight(scheme+"://"+host[strings.LastIndex(host, "@")+1:]+"/"+path, "/")
}

// exportInWords says what an export did, as a sentence.
func exportInWords(d exports.Done) string {
	text := fmt.Sprintf("Exported %s", say.Counts(
		say.Counted{N: d.Runs, Thing: "run"}, say.Counted{N: int(d.Points), Thing: "point"}, say.Counted{N: d.Models, Thing: "model"},
		say.Counted{N: d.Versions, Thing: "model version"}, say.Counted{N: int(d.Files), Thing: "artifact"}))
	if d.Bytes > 0 {
		text += " (" + say.Bytes(d.Bytes) + ")"
	}
	text += "."
	if d.Same > 0 {
		text += fmt.Sprintf(" %s: there already.", say.Count(d.Same, "run"))
	}
	if d.Left > 0 {
		text += fmt.Sprintf(" Left out: %s.", say.Count(d.Left, "thing"))
	}
	return text
}
