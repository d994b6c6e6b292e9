package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	doorclient "dev.varve/app/client"
	doorapi "dev.varve/app/door/api"
)

// Each record that is imported: so many runs, each with ten metrics of ten points.
const (
	importedRuns   = 10_000
	importedPoints = importedRuns * 100
)

//go:embed seedimported.py
var seedImportedScript string

// importing brings a folder and a database of MLflow into Varve, once each: after
// that they are here.
func (b *bench) importing(ctx context.Context) error {
	b.say("importing %d runs, twice", importedRuns)
	dir := filepath.Join(b.dir, "imported", "mlruns")
	if err := writeFolder(dir, importedRuns); err != nil {
		return err
	}
	if err := b.importOne(ctx, "folder", dir); err != nil {
		return err
	}
	database := filepath.Join(b.dir, "imported", "mlflow.db")
	cmd := exec.CommandContext(ctx, filepath.Join(filepath.Dir(b.subjects[mlflow].path), "python"), "-c", seedImportedScript, database, strconv.Itoa(importedRuns))
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("the database could not be made: %w\n%s", err, out)
	}
	return b.importOne(ctx, "database", database)
}

// importOne measures how long it takes until all that lies at a path is here.
func (b *bench) importOne(ctx context.Context, kind, path string) error {
	line := b.row(row{
		What: fmt.Sprintf("import a %s of %d runs with %d points", kind, importedRuns, importedPoints), Unit: seconds, Aim: "at most 20 s", met: atMost(20),
	})
	s := b.subjects[varve]
	if _, _, err := rest(ctx, s.server, time.Second, 20*time.Second); err != nil {
		return err
	}
	c := doorclient.New(s.base, "")
	began := time.Now()
	var j doorapi.Job
	if err := c.Post(ctx, "/imports", doorapi.Import{From: path}, &j); err != nil {
		return err
	}
	j, err := c.WaitJob(ctx, j.ID, func(doorapi.Job) {})
	if err != nil {
		return err
	}
	line.add(varve, time.Since(began).Seconds())
	var done doorapi.ImportResult
	if err := json.Unmarshal([]byte(j.Result), &done); err != nil {
		return err
	}
	if done.Runs != importedRuns || done.Points != importedPoints || done.Left > 0 {
		return fmt.Errorf("the import says: %s", j.Summary)
	}
	return nil
}

// writeFolder writes an mlruns folder of one experiment.
func writeFolder(dir string, runs int) error {
	experiment := filepath.Join(dir, "7")
	var points []byte
	for i := range 10 {
		points = fmt.Appendf(points, "%d %g %d\n", 1_700_000_000_000+i, 1/float64(i+1), i)
	}
	files := map[string][]byte{
		filepath.Join(experiment, "meta.yaml"): []byte("creation_time: 1700000000000\nexperiment_id: '7'\nlifecycle_stage: active\nname: imported\n"),
	}
	for n := range runs {
		id := fmt.Sprintf("%032x", n+1)
		run := filepath.Join(experiment, id)
		files[filepath.Join(run, "meta.yaml")] = fmt.Appendf(nil,
			"end_time: 1700000005000\nexperiment_id: '7'\nlifecycle_stage: active\nrun_id: '%s'\nrun_name: run-%d\nstart_time: %d\nstatus: 3\nuser_id: ann\n", id, n, 1_700_000_000_000+n)
		for m := range 10 {
			files[filepath.Join(run, "metrics", fmt.Sprint("m", m))] = points
		}
		for p := range 5 {
			files[filepath.Join(run, "params", fmt.Sprint("p", p))] = fmt.Append(nil, n*p)
		}
		files[filepath.Join(run, "tags", "team")] = []byte("red")
	}
	for name, data := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(name, data, 0o644); err != nil {
			return err
		}
	}
	return nil
}
