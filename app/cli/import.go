package cli

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"dev.varve/app/door/api"
	"dev.varve/backend/fault"
	"dev.varve/backend/say"
)

func (a *App) imports() *cobra.Command {
	return group("import", "Bring in what other programs have recorded", a.importMLflow(), a.importTable(), a.importDVC(), a.importLFS())
}

const importHelp = `Nothing in it is touched. Experiments keep their names, runs their ids: what is here
already stays as it is and gets what it lacks, so that an import can be repeated, or
go on after an end in the middle. Deleted runs come into the trash. Things that cannot
be read are left out and listed, each with the reason.

`

// importing is what the commands that import have in common.
type importing struct {
	api.Import
	dry bool
}

func (a *App) importMLflow() *cobra.Command {
	var im importing
	c := &cobra.Command{
		Use:   "mlflow PATH|URL",
		Short: "Import a folder, a database or a server of MLflow",
		Long: `Imports what MLflow has recorded: PATH is an mlruns folder, the folder above it, or a
database of SQLite (mlflow.db), whose artifacts are looked for beside it; URL is a
running server with any database. All versions of MLflow from 1 to 3 are read. Runs,
experiments, logged models, params, metrics with all points, tags, inputs and artifacts
come along. So does the model registry, unless you choose single experiments: versions
of registered models keep their numbers, stages, tags and aliases; a registered model
whose name stands for other versions here is left out. A server's name and password, or
token, are read from the URL or, by the owner of the workspace, from
MLFLOW_TRACKING_USERNAME, _PASSWORD and _TOKEN.

` + importHelp + `Exit codes: 0, also if things were left out; 201 if there is nothing of MLflow; 202 for
options that make no sense; 206 if it may not be read; 208 if the disk is full; 213 if it
is something else; 212 if a server does not answer; 130 if you interrupt it: what was
imported stays.`,
		Example: `  varve import mlflow ~/old/mlruns --dry-run
  varve import mlflow ~/old/mlruns --into old
  varve import mlflow mlflow.db
  varve import mlflow http://127.0.0.1:5000
  varve import mlflow ./mlruns --reference
  varve import mlflow ./mlruns --artifacts /data/artifacts`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			im.From = args[0]
			return a.runImport(c, &im)
		},
	}
	im.flags(c)
	c.Flags().BoolVar(&im.Reference, "reference", false, "leave artifacts where they are, and refer to them")
	c.Flags().BoolVar(&im.NoArtifacts, "no-artifacts", false, "take no artifacts")
	c.Flags().StringArrayVar(&im.Experiments, "experiment", nil, "only this one, by its name or id there; may be repeated")
	c.Flags().StringArrayVar(&im.Artifacts, "artifacts", nil, "one more folder that artifacts may lie in; may be repeated")
	return a.jsonFlag(c)
}

func (im *importing) flags(c *cobra.Command) {
	c.Flags().BoolVar(&im.dry, "dry-run", false, "say what would be imported, and change nothing")
	c.Flags().StringVar(&im.Into, "into", "", "a folder of experiments to put everything in")
}

func (a *App) runImport(c *cobra.Command, im *importing) error {
	if !strings.HasPrefix(im.From, "http://") && !strings.HasPrefix(im.From, "https://") {
		abs, err := filepath.Abs(im.From)
		if err != nil {
			return fault.New(fault.Invalid, "%q is not a path: %v", im.From, err)
		}
		im.From = abs
	}
	for i, folder := range im.Artifacts {
		abs, err := filepath.Abs(folder)
		if err != nil {
			return fault.New(fault.Invalid, "%q is not a path: %v", folder, err)
		}
		im.Artifacts[i] = abs
	}
	if im.dry {
		var plan api.ImportPlan
		j, err := a.jobResult(c, "/imports/look", im.Import, &plan)
		if err != nil || a.json {
			return a.orJSON(err, plan)
		}
		return a.showPlan(j, plan)
	}
	var done api.ImportResult
	j, err := a.jobResult(c, "/imports", im.Import, &done)
	if err != nil || a.json {
		return a.orJSON(err, done)
	}
	a.showSkipped(done.Skipped, done.Left)
	fmt.Fprintln(a.Out, j.Summary)
	return nil
}

// orJSON prints a value as JSON unless there is an error.
func (a *App) orJSON(err error, value any) error {
	if err != nil {
		return err
	}
	return a.printJSON(value)
}

// jobResult does a job and decodes what it made. A job that is interrupted is
// cancelled.
func (a *App) jobResult(c *cobra.Command, path string, request, result any) (api.Job, error) {
	j, err := a.doJob(c, path, request)
	if err == nil {
		err = fault.Wrap(json.Unmarshal([]byte(j.Result), result), fault.Internal, "read the result of", j.Title)
	}
	return j, err
}

func (a *App) showPlan(j api.Job, plan api.ImportPlan) error {
	rows := make([][]string, len(plan.Experiments))
	for i, e := range plan.Experiments {
		note := e.Reason
		if e.Deleted {
			note = strings.TrimPrefix(note+"; deleted", "; ")
		}
		rows[i] = []string{e.Name, e.As, strconv.Itoa(e.Runs), strconv.Itoa(e.Runs - e.Known), strconv.FormatInt(e.Files, 10), say.Bytes(e.Bytes), note}
	}
	fmt.Fprintf(a.Out, "%s %s\n", plan.Kind, plan.From)
	if len(plan.Datasets) > 0 {
		return a.showDataPlan(j, plan)
	}
	if err := a.showColumns(plan); err != nil {
		return err
	}
	if err := table(a.Out, []string{"EXPERIMENT", "HERE", "RUNS", "NEW", "ARTIFACTS", "SIZE", "NOTE"}, rows); err != nil {
		return err
	}
	if err := a.showRegistered(plan.Registered); err != nil {
		return err
	}
	a.showSkipped(plan.Skipped, plan.Left)
	fmt.Fprintln(a.Out, j.Summary)
	return nil
}

func (a *App) showRegistered(list []api.ImportRegistered) error {
	if len(list) == 0 {
		return nil
	}
	rows := make([][]string, len(list))
	for i, m := range list {
		rows[i] = []string{m.Name, strconv.Itoa(m.Versions), strconv.Itoa(m.New), m.Reason}
	}
	return table(a.Out, []string{"REGISTERED MODEL", "VERSIONS", "NEW", "NOTE"}, rows)
}

// showSkipped lists what was left out, on standard error.
func (a *App) showSkipped(list []api.ImportSkipped, n int) {
	for _, s := range list {
		fmt.Fprintf(a.Err, "left out: %s: %s\n", s.Where, s.Why)
	}
	if n > len(list) {
		fmt.Fprintf(a.Err, "left out: %d more things\n", n-len(list))
	}
}
