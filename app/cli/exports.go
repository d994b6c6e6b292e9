package cli

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"dev.varve/app/door/api"
	"dev.varve/backend/fault"
	"dev.varve/backend/say"
)

func (a *App) exports() *cobra.Command {
	return group("export", "Bring the record to where other programs read it", a.exportMlruns(), a.exportMLflow(), a.exportParquet())
}

const exportHelp = `Without QUERY and flags it is everything but the trash. A run that --run names brings
along the runs nested in it. The model registry comes along; of a part of the record,
the versions made of what is exported. Exporting again adds what is new or was changed,
and goes on after an end in the middle; what was deleted here since stays there.
docs/export.md says what each kind of target holds.

`

const exportCodes = `Exit codes: 0, also if things were left out, which are listed with the reasons; 201 for a
run or an experiment that is not there; 202 for a query or options that make no sense;
206 if it may not be written; 208 if the disk is full;
`

const folderHelp = `DEST is a folder that is new or empty, or one that was exported to before. A new one is
called DEST.unfinished until it is whole.

`

// exporting is what the commands that export have in common.
type exporting struct {
	api.Export
	runs       []string
	experiment string
	dry        bool
}

func (a *App) exportMlruns() *cobra.Command {
	return a.exportCommand("mlruns", &cobra.Command{
		Use:   "mlruns DEST [QUERY...]",
		Short: "Write a folder that MLflow opens",
		Long: `Writes runs as an mlruns folder, in the layout of MLflow 2 and 3: experiments, runs with
their own ids, params, tags, all points of metrics, inputs and outputs, logged models,
the model registry and artifacts. MLflow opens it with MLFLOW_TRACKING_URI=DEST (from 3.6
on it wants MLFLOW_ALLOW_FILE_STORE=true, too), and 'varve import mlflow' takes it.

` + folderHelp + exportHelp + exportCodes + `203 if DEST has something else in it; 130 if you
interrupt it.`,
		Example: `  varve export mlruns ~/for-ann/mlruns
  varve export mlruns ~/best "metrics.rmse < 0.8" --experiment-name wine
  varve export mlruns ~/one --run 3f2a --no-artifacts
  varve export mlruns ~/all --dry-run`,
	})
}

func (a *App) exportMLflow() *cobra.Command {
	return a.exportCommand("mlflow", &cobra.Command{
		Use:   "mlflow URL [QUERY...]",
		Short: "Write into a running MLflow server",
		Long: `Writes runs into a running MLflow server through its own interface. The server chooses
the ids: each run keeps its own one in the tag varve.run, by which it is found when the
export is repeated. Experiments and registered models of the same name are added to.
Artifacts go through the server; where it does not take them, they are left out and
listed. Name and password, or token, are read from the URL or, by the owner of the
workspace, from MLFLOW_TRACKING_USERNAME, _PASSWORD and _TOKEN.

` + exportHelp + exportCodes + `212 if the server does not answer; 130 if you interrupt it:
what was written stays.`,
		Example: `  varve export mlflow http://127.0.0.1:5000
  varve export mlflow https://ann:secret@lab.example --experiment-name wine --dry-run`,
	})
}

func (a *App) exportParquet() *cobra.Command {
	return a.exportCommand("parquet", &cobra.Command{
		Use:   "parquet DEST [QUERY...]",
		Short: "Write tables that pandas, R and DuckDB open",
		Long: `Writes runs as a folder of tables: runs.parquet has a row for each run, points.parquet
one for each point of a metric, params.parquet and tags.parquet one for each of these;
what else is known stands in JSON files, and artifacts lie in folders. For one table of
some columns there is 'varve runs export'.

` + folderHelp + exportHelp + exportCodes + `203 if DEST has something else in it; 130 if you
interrupt it.`,
		Example: `  varve export parquet ~/tables
  varve export parquet ~/tables "started in last 30 days" --no-artifacts`,
	})
}

func (a *App) exportCommand(kind string, c *cobra.Command) *cobra.Command {
	ex := exporting{Export: api.Export{Kind: kind}}
	c.Args = cobra.MinimumNArgs(1)
	c.RunE = func(c *cobra.Command, args []string) error {
		ex.To, ex.Filter = args[0], strings.Join(args[1:], " ")
		return a.runExport(c, &ex)
	}
	f := c.Flags()
	f.BoolVar(&ex.dry, "dry-run", false, "say what would be exported, and change nothing")
	f.StringArrayVar(&ex.runs, "run", nil, "only this run, with those nested in it; may be repeated")
	f.StringVar(&ex.experiment, "experiment-name", "", "only runs of this experiment")
	f.BoolVar(&ex.Trashed, "trash", false, "what lies in the trash, too")
	f.BoolVar(&ex.NoArtifacts, "no-artifacts", false, "leave out artifacts")
	return a.jsonFlag(c)
}

func (a *App) runExport(c *cobra.Command, ex *exporting) error {
	if !strings.Contains(ex.To, "://") { // what an address is good for, the owner says
		abs, err := filepath.Abs(ex.To)
		if err != nil {
			return fault.New(fault.Invalid, "%q is not a path: %v", ex.To, err)
		}
		ex.To = abs
	}
	if len(ex.runs) > 0 {
		cl, err := a.connect(c.Context())
		if err != nil {
			return err
		}
		if ex.Runs, err = runIDs(c.Context(), cl, ex.runs); err != nil {
			return err
		}
	}
	if ex.experiment != "" {
		ids, err := a.experimentIDs(c, ex.experiment)
		if err != nil {
			return err
		}
		ex.Experiments = ids
	}
	q := runsQuery{filter: ex.Filter}
	if ex.dry {
		var plan api.ExportPlan
		j, err := a.jobResult(c, "/exports/look", ex.Export, &plan)
		if err != nil || a.json {
			return a.orJSON(q.pointed(err), plan)
		}
		return a.showExportPlan(j, plan)
	}
	var done api.ExportResult
	j, err := a.jobResult(c, "/exports", ex.Export, &done)
	if err != nil || a.json {
		return a.orJSON(q.pointed(err), done)
	}
	a.showSkipped(done.Skipped, done.Left)
	fmt.Fprintln(a.Out, j.Summary)
	return nil
}

func (a *App) showExportPlan(j api.Job, plan api.ExportPlan) error {
	rows := make([][]string, len(plan.Experiments))
	for i, e := range plan.Experiments {
		note := ""
		if e.Trashed {
			note = "in the trash"
		}
		rows[i] = []string{e.Name, strconv.Itoa(e.Runs), strconv.Itoa(e.Models), strconv.FormatInt(e.Files, 10), say.Bytes(e.Bytes), note}
	}
	if err := table(a.Out, []string{"EXPERIMENT", "RUNS", "MODELS", "ARTIFACTS", "SIZE", "NOTE"}, rows); err != nil {
		return err
	}
	if len(plan.Registered) > 0 {
		rows := make([][]string, len(plan.Registered))
		for i, m := range plan.Registered {
			rows[i] = []string{m.Name, strconv.Itoa(m.Versions)}
		}
		if err := table(a.Out, []string{"REGISTERED MODEL", "VERSIONS"}, rows); err != nil {
			return err
		}
	}
	a.showSkipped(plan.Skipped, plan.Left)
	fmt.Fprintln(a.Out, j.Summary)
	return nil
}
