package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"slices"
	"time"
)

// searching asks both programs the same about the same runs, and compares what
// they answer.
func (b *bench) searching(ctx context.Context) error {
	experiments, err := b.seed(ctx)
	if err != nil {
		return err
	}
	for _, q := range []struct {
		what  string
		query search
		times int
		aim   float64
	}{
		{"filter and order", search{Filter: "metrics.accuracy > 0.9 and params.optimizer = 'adam'", Order: []string{"metrics.loss ASC"}, Max: 100}, 5, 150},
		{"order by a metric", search{Order: []string{"metrics.loss ASC"}, Max: 100}, 3, 1500},
		{"read all", search{Order: []string{"attributes.start_time ASC"}, Max: b.runs}, 5, 60},
	} {
		line := b.row(row{
			What: fmt.Sprintf("search %d runs: %s", b.runs, q.what), Unit: seconds, Aim: fmt.Sprintf("at least %.0f×", q.aim), met: atLeastTimes(q.aim),
		})
		var found [2][]string
		err := b.alternate(ctx, "search, "+q.what, q.times, func(which int, s *subject) error {
			q.query.Experiments = []string{experiments[which]}
			body := encode(q.query)
			began := time.Now()
			answer, err := s.c.do(ctx, http.MethodPost, "runs/search", body)
			if err != nil {
				return err
			}
			line.add(which, time.Since(began).Seconds())
			found[which], err = runNames(answer)
			return err
		})
		if err != nil {
			return err
		}
		if !slices.Equal(found[varve], found[mlflow]) {
			return fmt.Errorf("search, %s: the two answer differently (%d and %d runs)", q.what, len(found[varve]), len(found[mlflow]))
		}
	}
	return nil
}

// seed gives both the same runs: one by requests, the other, for which this
// would take minutes, through its database.
func (b *bench) seed(ctx context.Context) (experiments [2]string, err error) {
	b.say("%d runs for the searches", b.runs)
	all := samples(b.runs)
	for which, s := range b.subjects {
		if experiments[which], err = s.makeExperiment(ctx); err != nil {
			return experiments, err
		}
	}
	var work []task
	for _, one := range all {
		work = append(work, making(experiments[varve], one))
	}
	o, err := b.play(ctx, varve, share(work, runClients), time.Hour)
	if err != nil {
		return experiments, err
	}
	if o.count() != len(all) {
		return experiments, fmt.Errorf("only %d of %d runs could be made", o.count(), len(all))
	}
	s := b.subjects[mlflow]
	python := filepath.Join(filepath.Dir(s.path), "python")
	cmd := exec.CommandContext(ctx, python, "-c", seedScript, filepath.Join(s.dir, "mlflow.db"), experiments[mlflow])
	cmd.Stdin = bytes.NewReader(encode(all))
	if out, err := cmd.CombinedOutput(); err != nil {
		return experiments, fmt.Errorf("the runs could not be put into MLflow's database: %w\n%s", err, out)
	}
	return experiments, nil
}

func (s *subject) makeExperiment(ctx context.Context) (string, error) {
	var out struct {
		ID string `json:"experiment_id"`
	}
	err := s.c.call(ctx, "experiments/create", map[string]string{"name": fmt.Sprint("bench ", time.Now().UnixNano())}, &out)
	return out.ID, err
}

func (s *subject) makeRun(ctx context.Context) (string, error) {
	answer, err := s.c.do(ctx, http.MethodPost, "runs/create", encode(createRun{Experiment: "0", Name: "bench", Start: epoch}))
	if err != nil {
		return "", err
	}
	id, err := findID(answer)
	return string(id), err
}

func (s *subject) history(ctx context.Context, run, key string) ([]byte, error) {
	return s.c.do(ctx, http.MethodGet, "metrics/get-history?"+url.Values{"run_id": {run}, "metric_key": {key}}.Encode(), nil)
}

// checkPoints looks whether at least as many points are there as were
// acknowledged; one whose answer was an error may be there as well.
func (s *subject) checkPoints(ctx context.Context, run, key string, acknowledged int) error {
	answer, err := s.history(ctx, run, key)
	if err != nil {
		return err
	}
	if n := bytes.Count(answer, []byte(`"step"`)); n < acknowledged {
		return fmt.Errorf("%d points were acknowledged, and %d are there", acknowledged, n)
	}
	return nil
}

// runNames are the names of the runs in the answer to a search, in its order.
func runNames(answer []byte) (names []string, err error) {
	var out struct {
		Runs []struct {
			Info struct {
				Name string `json:"run_name"`
			} `json:"info"`
		} `json:"runs"`
	}
	if err := json.Unmarshal(answer, &out); err != nil {
		return nil, err
	}
	for _, r := range out.Runs {
		names = append(names, r.Info.Name)
	}
	return names, nil
}
