package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
)

// epoch is the time of the first point, in ms since 1970.
const epoch = 1_700_000_000_000

// What the requests carry, as MLflow's REST interface names it.
type (
	pair struct {
		Key   string `json:"key"`
		Value string `json:"value"`
	}
	point struct {
		Key       string  `json:"key"`
		Value     float64 `json:"value"`
		Timestamp int64   `json:"timestamp"`
		Step      int64   `json:"step"`
	}
	logMetric struct {
		Run string `json:"run_id"`
		point
	}
	logBatch struct {
		Run     string  `json:"run_id"`
		Metrics []point `json:"metrics"`
		Params  []pair  `json:"params,omitempty"`
		Tags    []pair  `json:"tags,omitempty"`
	}
	createRun struct {
		Experiment string `json:"experiment_id"`
		Name       string `json:"run_name"`
		Start      int64  `json:"start_time"`
		Tags       []pair `json:"tags"`
	}
	search struct {
		Experiments []string `json:"experiment_ids"`
		Filter      string   `json:"filter,omitempty"`
		Order       []string `json:"order_by,omitempty"`
		Max         int      `json:"max_results"`
	}
)

// encode is for types that cannot fail.
func encode(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return data
}

func posting(path string, body []byte) task {
	return func(ctx context.Context, c *client) error {
		_, err := c.do(ctx, http.MethodPost, path, body)
		return err
	}
}

// singleMetrics are requests of one point each, one step after the other.
func singleMetrics(run string, count int) []task {
	list := make([]task, count)
	for i := range list {
		list[i] = posting("runs/log-metric", encode(logMetric{run, point{"loss", 1 / float64(i+1), epoch + int64(i), int64(i)}}))
	}
	return list
}

const (
	batchKeys  = 10
	batchSteps = 100
	batchSize  = batchKeys * batchSteps // as many as MLflow takes in one request
)

// batches are requests of a thousand points each: a hundred steps of ten metrics.
func batches(run string, count int) []task {
	list := make([]task, count)
	for i := range list {
		b := logBatch{Run: run}
		for s := range batchSteps {
			step := int64(i*batchSteps + s)
			for k := range batchKeys {
				b.Metrics = append(b.Metrics, point{"metric_" + strconv.Itoa(k), float64(k) + 1/float64(step+1), epoch + step, step})
			}
		}
		list[i] = posting("runs/log-batch", encode(b))
	}
	return list
}

// longHistory are the requests that give one metric its points, a thousand each.
func longHistory(run string, points int) []task {
	var list []task
	for first := 0; first < points; first += batchSize {
		b := logBatch{Run: run}
		for i := first; i < min(first+batchSize, points); i++ {
			b.Metrics = append(b.Metrics, point{"loss", 1 / float64(i+1), epoch + int64(i), int64(i)})
		}
		list = append(list, posting("runs/log-batch", encode(b)))
	}
	return list
}

// sample is one of many runs, alike for both programs.
type sample struct {
	Name    string  `json:"name"`
	Start   int64   `json:"start"`
	Metrics []point `json:"metrics"`
	Params  []pair  `json:"params"`
	Tags    []pair  `json:"tags"`
}

// samples are runs of a search over parameters; always the same ones.
func samples(count int) []sample {
	r := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // wanted: the same numbers each time
	optimizers := []string{"adam", "sgd", "rmsprop"}
	list := make([]sample, count)
	for i := range list {
		s := sample{Name: fmt.Sprintf("run-%05d", i), Start: epoch + int64(i)*1000}
		for _, key := range []string{"accuracy", "loss", "rmse", "mae", "seconds"} {
			s.Metrics = append(s.Metrics, point{key, r.Float64(), s.Start + 500, 10})
		}
		s.Params = []pair{
			{"optimizer", optimizers[r.IntN(len(optimizers))]}, {"learning_rate", strconv.FormatFloat(r.Float64(), 'g', 4, 64)},
			{"depth", strconv.Itoa(r.IntN(10))}, {"batch_size", strconv.Itoa(16 << r.IntN(5))}, {"seed", strconv.Itoa(i)},
		}
		s.Tags = []pair{{"team", "lake-" + strconv.Itoa(r.IntN(5))}, {"stage", "trial"}}
		list[i] = s
	}
	return list
}

// placeholder stands for a run's id until the server has given one.
const placeholder = "00000000000000000000000000000000"

// making is a task that makes a run and fills it in a second request.
func making(experiment string, s sample) task {
	create := encode(createRun{Experiment: experiment, Name: s.Name, Start: s.Start, Tags: s.Tags})
	fill := encode(logBatch{Run: placeholder, Metrics: s.Metrics, Params: s.Params})
	at := bytes.Index(fill, []byte(placeholder))
	return func(ctx context.Context, c *client) error {
		answer, err := c.do(ctx, http.MethodPost, "runs/create", create)
		if err != nil {
			return err
		}
		id, err := findID(answer)
		if err != nil {
			return err
		}
		copy(fill[at:], id)
		_, err = c.do(ctx, http.MethodPost, "runs/log-batch", fill)
		return err
	}
}

// findID finds the id of a run in an answer without decoding it.
func findID(answer []byte) ([]byte, error) {
	_, rest, ok := bytes.Cut(answer, []byte(`"run_id"`))
	if begin := bytes.IndexByte(rest, '"'); ok && begin >= 0 && len(rest) > begin+1+len(placeholder) {
		if id := rest[begin+1:][:len(placeholder)]; rest[begin+1+len(placeholder)] == '"' {
			return id, nil
		}
	}
	return nil, errors.New("the answer has no id of a run")
}

// share deals tasks out to clients.
func share(tasks []task, clients int) [][]task {
	parts := make([][]task, clients)
	for i, t := range tasks {
		parts[i%clients] = append(parts[i%clients], t)
	}
	return parts
}
