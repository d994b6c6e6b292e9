package owner

import (
	"context"
	"errors"
	"fmt"
	"os"

	"dev.varve/app/door/api"
	"dev.varve/app/machine"
	"dev.varve/backend/imports/datasets"
	"dev.varve/backend/job"
	"dev.varve/backend/say"
	"dev.varve/storage/dvcrepo"
	"dev.varve/storage/lfsrepo"
)

// Kinds of what is imported as versions of data.
const (
	ofDVC = "dvc"
	ofLFS = "lfs"
)

// dataKind is whether versions of data are meant, and of which kind; empty: runs.
func dataKind(want api.Import) string {
	if want.Kind == "data" {
		if dvcrepo.Is(want.From) || !lfsrepo.Is(want.From) {
			return ofDVC
		}
		return ofLFS
	}
	if want.Kind != "" {
		return want.Kind
	}
	if want.Table != nil {
		return ""
	}
	info, err := os.Stat(want.From)
	if err != nil || !info.IsDir() {
		return "" // also of addresses
	}
	if kind := importable(want.From, true); kind == ofDVC || kind == ofLFS {
		return kind
	}
	return ""
}

// beginData opens a source of data, and makes this the only import.
func (o importer) beginData(ctx context.Context, kind string, want api.Import, p *job.Progress) (im *datasets.Import, end func(), err error) {
	if err := alone(ctx, o.importing, p, "Waiting for another import"); err != nil {
		return nil, nil, err
	}
	var source datasets.Source
	if kind == ofDVC {
		source, err = dvcrepo.Open(ctx, machine.Git{}, want.From)
	} else {
		source, err = lfsrepo.Open(ctx, machine.Git{}, want.From, want.Each)
	}
	if err != nil {
		<-o.importing
		return nil, nil, err
	}
	im = &datasets.Import{Source: source, Record: o.tracker, Store: o.packs, Begin: o.puts.enter, Into: want.Into, Alone: want.Name}
	return im, func() {
		if err := source.Close(); err != nil {
			o.log.Warn("what was imported could not be closed", "why", err)
		}
		<-o.importing
	}, nil
}

// lookAtData says what an import of data would do.
func (o importer) lookAtData(ctx context.Context, kind string, want api.Import, p *job.Progress) (job.Outcome, error) {
	im, end, err := o.beginData(ctx, kind, want, p)
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
		Kind: plan.About.Kind, From: plan.About.Place, Files: sum.Files, Bytes: sum.Bytes, Skipped: skipped(plan.Skipped), Left: plan.Left,
		Experiments: []api.ImportExperiment{}, Registered: []api.ImportRegistered{}, Datasets: make([]api.ImportDataset, len(plan.Sets)),
	}
	for i, s := range plan.Sets {
		out.Datasets[i] = api.ImportDataset{
			Name: s.Name, As: s.As, New: s.New, Reason: s.Reason, Versions: s.Versions, Known: s.Known, Missing: s.Missing, Files: s.Files, Bytes: s.Bytes,
		}
	}
	text := fmt.Sprintf("%s, %s, of them %d new", say.Count(len(plan.Sets), "data set"), say.Count(sum.Versions, "version"), sum.Versions-sum.Known-sum.Missing)
	if sum.Missing > 0 {
		text += fmt.Sprintf(" and %d incomplete", sum.Missing)
	}
	return outcome(out, fmt.Sprintf("%s; %s, %s.", text, say.Count(int(sum.Files), "file"), say.Bytes(sum.Bytes)))
}

// takeData imports versions of data. What was imported before it failed or was
// cancelled, stays.
func (o importer) takeData(ctx context.Context, kind string, want api.Import, p *job.Progress) (job.Outcome, error) {
	im, end, err := o.beginData(ctx, kind, want, p)
	if err != nil {
		return job.Outcome{}, err
	}
	defer end()
	done, err := im.Take(ctx, p)
	if err != nil && done.Versions == 0 {
		return job.Outcome{}, err
	}
	made, encoding := outcome(api.ImportResult{
		Datasets: done.Sets, Data: done.Versions, DataSame: done.Same, Files: done.Files, Bytes: done.Bytes,
		Skipped: skipped(done.Skipped), Left: done.Left, Into: []string{}, IntoData: append([]string{}, done.Into...),
	}, dataInWords(done))
	made.Stays = true
	return made, errors.Join(err, encoding)
}

// dataInWords says what an import did, as sentences.
func dataInWords(d datasets.Done) string {
	text := fmt.Sprintf("Imported %s", say.Counts(
		say.Counted{N: d.Sets, Thing: "data set"}, say.Counted{N: d.Versions, Thing: "version"}, say.Counted{N: int(d.Files), Thing: "file"}))
	if d.Bytes > 0 {
		text += " (" + say.Bytes(d.Bytes) + ")"
	}
	text += "."
	if d.Same > 0 {
		text += fmt.Sprintf(" %s: here already.", say.Count(d.Same, "version"))
	}
	if d.Left > 0 {
		text += fmt.Sprintf(" Left out: %s.", say.Count(d.Left, "thing"))
	}
	return text
}
