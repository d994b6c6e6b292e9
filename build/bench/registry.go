package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// versions is how many versions the model has that is searched.
const versions = 10_000

//go:embed seedversions.py
var seedVersionsScript string

// createVersion is a request of MLflow's registry.
type createVersion struct {
	Name   string `json:"name"`
	Source string `json:"source,omitempty"`
}

// registering measures a model with many versions: making them, and finding some.
func (b *bench) registering(ctx context.Context) error {
	rate := b.row(row{What: "register a version, 1 client", Unit: perSecond, Aim: "at least 3×", met: atLeastTimes(3)})
	at := 0
	err := b.alternate(ctx, "register versions", rounds, func(which int, s *subject) error {
		at++
		name := "model-" + strconv.Itoa(at)
		if err := s.c.call(ctx, "registered-models/create", createVersion{Name: name}, nil); err != nil {
			return err
		}
		o, err := b.play(ctx, which, [][]task{registrations(name, versions)}, b.round)
		if err == nil {
			rate.add(which, o.perSecond())
		}
		return err
	})
	if err != nil {
		return err
	}
	if err := b.seedVersions(ctx); err != nil {
		return err
	}
	for _, q := range []struct{ what, path string }{
		{"the latest of 10,000 versions", "registered-models/get-latest-versions?name=large"},
		{"search 10,000 versions, first 100", "model-versions/search?max_results=100&" + url.Values{"filter": {"name='large'"}}.Encode()},
		{"search models, one of 10,000 versions", "registered-models/search?max_results=100"},
		{"one version of 10,000", "model-versions/get?name=large&version=5000"},
	} {
		line := b.row(row{What: q.what, Unit: seconds, Aim: "at least 3×", met: atLeastTimes(3)})
		err := b.alternate(ctx, q.what, rounds, func(which int, s *subject) error {
			began := time.Now()
			answer, err := s.c.do(ctx, http.MethodGet, q.path, nil)
			line.add(which, time.Since(began).Seconds())
			if err == nil && !json.Valid(answer) {
				err = fmt.Errorf("%s answers %.100s", q.path, answer)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func registrations(name string, count int) []task {
	list := make([]task, count)
	for i := range list {
		list[i] = posting("model-versions/create", encode(createVersion{Name: name, Source: "s3://bucket/model/" + strconv.Itoa(i)}))
	}
	return list
}

// seedVersions gives both a model with many versions: one by requests, the other
// through its database.
func (b *bench) seedVersions(ctx context.Context) error {
	b.say("%d versions for the searches", versions)
	for _, s := range b.subjects {
		if err := s.c.call(ctx, "registered-models/create", createVersion{Name: "large"}, nil); err != nil {
			return err
		}
	}
	o, err := b.play(ctx, varve, [][]task{registrations("large", versions)}, time.Hour)
	if err != nil || o.count() != versions {
		return fmt.Errorf("not all versions could be made: %w", err)
	}
	s := b.subjects[mlflow]
	cmd := exec.CommandContext(ctx, filepath.Join(filepath.Dir(s.path), "python"), "-c", seedVersionsScript, filepath.Join(s.dir, "mlflow.db"), strconv.Itoa(versions))
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("the versions could not be put into MLflow's database: %w\n%s", err, out)
	}
	return nil
}
