//go:build linux

package record

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"

	"dev.varve/build/rig"
)

// Client writes to one owner, one request after the other, about runs of its
// own. All that it does follows from its seed and from the answers.
type Client struct {
	Server *rig.Server
	Model  *Model
	Random *rand.Rand
	Name   string           // of its experiment
	Refuse func(error) bool // whether a request that was refused is no reason to end

	experiment string
	run        string
	steps      int // of the run's metric
	batches    int
	files      int
}

// Write goes on until a request fails, or n were made; n of 0 is no limit.
func (c *Client) Write(n int) error {
	for i := 0; n == 0 || i < n; i++ {
		err := c.One()
		if err != nil && (c.Refuse == nil || !c.Refuse(err)) {
			return err
		}
	}
	return nil
}

// One makes one request of the mixed load.
func (c *Client) One() error {
	if c.experiment == "" {
		return c.enter()
	}
	if c.run == "" {
		return c.begin()
	}
	switch x := c.Random.IntN(100); {
	case x < 45:
		return c.point()
	case x < 60:
		return c.batch()
	case x < 68:
		return c.tag()
	case x < 72:
		return c.untag()
	case x < 77:
		return c.rename()
	case x < 80:
		return c.trash()
	case x < 84:
		return c.input()
	case x < 92:
		return c.file()
	case x < 96:
		return c.finish()
	default:
		return c.begin()
	}
}

func (c *Client) enter() error {
	var out struct {
		ID string `json:"experiment_id"`
	}
	err := c.Server.Call("experiments/create", map[string]any{"name": c.Name}, &out)
	var refused *rig.Refusal
	if errors.As(err, &refused) { // it is there already
		var known struct {
			Experiment struct {
				ID string `json:"experiment_id"`
			}
		}
		if err := c.Server.Get("experiments/get-by-name?experiment_name="+c.Name, &known); err != nil {
			return err
		}
		out.ID, err = known.Experiment.ID, nil
	}
	c.experiment = out.ID
	return err
}

// Runs creates so many runs.
func (c *Client) Runs(n int) error {
	if c.experiment == "" {
		if err := c.enter(); err != nil {
			return err
		}
	}
	for range n {
		if err := c.begin(); err != nil {
			return err
		}
	}
	return nil
}

func (c *Client) begin() error {
	name := "run " + strconv.Itoa(c.Random.IntN(1000))
	var out struct{ Run run }
	err := c.Server.Call("runs/create", map[string]any{
		"experiment_id": c.experiment, "run_name": name, "start_time": 1_700_000_000_000, "tags": []keyedOut{{"first", "tag"}},
	}, &out)
	if err != nil {
		return err
	}
	c.run, c.steps, c.batches = out.Run.Info.RunID, 0, 0
	c.Model.created(c.run, change{"name": name, "experiment": c.experiment, "status": "RUNNING", "tag/first": "tag"})
	return nil
}

type keyedOut struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

func (c *Client) key(format string, args ...any) string {
	return "run/" + c.run + "/" + fmt.Sprintf(format, args...)
}

func (c *Client) call(what change, path string, body map[string]any) error {
	return c.Model.do(what, func() error { return c.Server.Call(path, body, nil) })
}

func (c *Client) point() error {
	value := c.Random.Float64()
	step := c.steps
	c.steps++
	return c.call(change{c.key("point/loss/%d", step): fmt.Sprint(value)}, "runs/log-metric",
		map[string]any{"run_id": c.run, "key": "loss", "value": value, "timestamp": 1_700_000_000_000 + step, "step": step})
}

func (c *Client) batch() error {
	n := c.batches
	c.batches++
	what, param := change{}, fmt.Sprintf("p%d", n)
	var metrics []map[string]any
	for i := range 1 + c.Random.IntN(60) {
		value, step := c.Random.NormFloat64(), n*100+i
		metrics = append(metrics, map[string]any{"key": "acc", "value": value, "timestamp": 1, "step": step})
		what[c.key("point/acc/%d", step)] = fmt.Sprint(value)
	}
	value := strconv.FormatUint(c.Random.Uint64(), 36)
	what[c.key("param/%s", param)], what[c.key("tag/batch")] = value, strconv.Itoa(n)
	return c.call(what, "runs/log-batch", map[string]any{
		"run_id": c.run, "metrics": metrics, "params": []keyedOut{{param, value}}, "tags": []keyedOut{{"batch", strconv.Itoa(n)}},
	})
}

func (c *Client) tag() error {
	key, value := fmt.Sprintf("t%d", c.Random.IntN(4)), strconv.FormatUint(c.Random.Uint64(), 36)
	return c.call(change{c.key("tag/%s", key): value}, "runs/set-tag", map[string]any{"run_id": c.run, "key": key, "value": value})
}

func (c *Client) untag() error {
	key := fmt.Sprintf("t%d", c.Random.IntN(4))
	if err := c.call(change{c.key("tag/%s", key): "x"}, "runs/set-tag", map[string]any{"run_id": c.run, "key": key, "value": "x"}); err != nil {
		return err
	}
	return c.call(change{c.key("tag/%s", key): ""}, "runs/delete-tag", map[string]any{"run_id": c.run, "key": key})
}

func (c *Client) rename() error {
	name := "renamed " + strconv.Itoa(c.Random.IntN(1000))
	return c.call(change{c.key("name"): name}, "runs/update", map[string]any{"run_id": c.run, "run_name": name})
}

func (c *Client) trash() error {
	if err := c.call(change{c.key("trash"): "trash"}, "runs/delete", map[string]any{"run_id": c.run}); err != nil {
		return err
	}
	if c.Random.IntN(3) == 0 { // it stays there
		c.Model.leave(c.run)
		c.run = ""
		return nil
	}
	return c.call(change{c.key("trash"): ""}, "runs/restore", map[string]any{"run_id": c.run})
}

func (c *Client) input() error {
	name, digest := fmt.Sprintf("d%d", c.Random.IntN(1000)), strconv.FormatUint(c.Random.Uint64(), 36)
	return c.call(change{c.key("input/%s", name): digest}, "runs/log-inputs", map[string]any{
		"run_id":   c.run,
		"datasets": []any{map[string]any{"dataset": map[string]any{"name": name, "digest": digest, "source_type": "local", "source": "{}"}}},
	})
}

func (c *Client) file() error {
	c.files++
	size := 100
	if c.Random.IntN(4) == 0 {
		size = 40 << 10
	}
	data := make([]byte, size)
	for i := range data {
		data[i] = byte(c.Random.Uint32())
	}
	path := fmt.Sprintf("out/f%d.bin", c.files)
	return c.Model.do(change{c.key("file/%s", path): Hash(data)}, func() error {
		_, err := c.Server.Do(http.MethodPut, "/api/2.0/mlflow-artifacts/artifacts/"+c.experiment+"/"+c.run+"/artifacts/"+path, "application/octet-stream", data)
		return err
	})
}

func (c *Client) finish() error {
	err := c.call(change{c.key("status"): "FINISHED"}, "runs/update", map[string]any{"run_id": c.run, "status": "FINISHED", "end_time": 1_700_000_100_000})
	if err == nil {
		c.run = ""
	}
	return err
}
