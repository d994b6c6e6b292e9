//go:build linux

package record

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/zeebo/blake3"

	"dev.varve/build/rig"
)

type keyed struct{ Key, Value string }

type run struct {
	Info struct {
		RunID      string `json:"run_id"`
		RunName    string `json:"run_name"`
		Experiment string `json:"experiment_id"`
		Status     string
		Stage      string `json:"lifecycle_stage"`
	}
	Data struct {
		Params, Tags []keyed
		Metrics      []struct{ Key string }
	}
	Inputs struct {
		Datasets []struct {
			Dataset struct{ Name, Digest string }
		} `json:"dataset_inputs"`
	}
}

// invented are the tags that MLflow's interface computes.
var invented = []string{"mlflow.runName", "mlflow.user", "mlflow.source.name", "mlflow.source.type"}

// ReadRun returns all that an owner shows of one run.
func ReadRun(s *rig.Server, id string) (Facts, error) {
	var out struct{ Run run }
	if err := s.Get("runs/get?run_id="+id, &out); err != nil {
		return nil, err
	}
	f, r := Facts{}, out.Run
	prefix := "run/" + id + "/"
	f[prefix+"name"], f[prefix+"experiment"], f[prefix+"status"] = r.Info.RunName, r.Info.Experiment, r.Info.Status
	if r.Info.Stage == "deleted" {
		f[prefix+"trash"] = "trash"
	}
	for _, p := range r.Data.Params {
		f[prefix+"param/"+p.Key] = p.Value
	}
	for _, t := range r.Data.Tags {
		if !slices.Contains(invented, t.Key) {
			f[prefix+"tag/"+t.Key] = t.Value
		}
	}
	for _, d := range r.Inputs.Datasets {
		f[prefix+"input/"+d.Dataset.Name] = d.Dataset.Digest
	}
	for _, m := range r.Data.Metrics {
		if err := readPoints(s, f, prefix, id, m.Key); err != nil {
			return f, err
		}
	}
	return f, readFiles(s, f, prefix, id, r.Info.Experiment, "")
}

// readPoints adds the history of a metric.
func readPoints(s *rig.Server, f Facts, prefix, id, key string) error {
	for token := ""; ; {
		var out struct {
			Metrics []struct{ Step, Timestamp, Value any } // numbers, or the texts of those that are none
			Next    string                                 `json:"next_page_token"`
		}
		path := "metrics/get-history?max_results=25000&run_id=" + id + "&metric_key=" + url.QueryEscape(key) + "&page_token=" + url.QueryEscape(token)
		if err := s.Get(path, &out); err != nil {
			return err
		}
		for _, p := range out.Metrics {
			at := fmt.Sprintf("%spoint/%s/%v", prefix, key, p.Step)
			if before, twice := f[at]; twice {
				f[at] = before + " and " + fmt.Sprint(p.Value)
			} else {
				f[at] = fmt.Sprint(p.Value)
			}
		}
		if token = out.Next; token == "" {
			return nil
		}
	}
}

// readFiles adds the hashes of a run's artifacts. A file whose content cannot
// be had is an error.
func readFiles(s *rig.Server, f Facts, prefix, id, experiment, folder string) error {
	var out struct {
		Files []struct {
			Path   string
			Folder bool `json:"is_dir"`
		}
	}
	if err := s.Get("artifacts/list?run_id="+id+"&path="+url.QueryEscape(folder), &out); err != nil {
		return err
	}
	for _, file := range out.Files {
		if file.Folder {
			if err := readFiles(s, f, prefix, id, experiment, file.Path); err != nil {
				return err
			}
			continue
		}
		data, err := s.Do(http.MethodGet, "/get-artifact?run_id="+id+"&path="+url.QueryEscape(file.Path), "", nil)
		if errors.Is(err, io.ErrUnexpectedEOF) { // the beginning was whole
			return &rig.Refusal{Path: "run " + id + ", " + file.Path, Status: http.StatusOK, Body: "the answer was cut off"}
		}
		if err != nil {
			return err
		}
		f[prefix+"file/"+file.Path] = Hash(data)
	}
	return nil
}

// Hash is how a file stands among facts.
func Hash(data []byte) string {
	sum := blake3.Sum256(data)
	return strconv.Itoa(len(data)) + " bytes, " + hex.EncodeToString(sum[:8])
}

// ReadAll returns all that an owner shows. What it refuses in words to show is
// listed apart; an error says that it did not answer in words.
func ReadAll(s *rig.Server) (f Facts, refused []string, err error) {
	f = Facts{}
	add := func(err error) error {
		var r *rig.Refusal
		if errors.As(err, &r) {
			refused = append(refused, r.Error())
			return nil
		}
		return err
	}
	var experiments []string
	for token := ""; ; {
		var out struct {
			Experiments []struct {
				ID    string `json:"experiment_id"`
				Name  string
				Stage string `json:"lifecycle_stage"`
				Tags  []keyed
			}
			Next string `json:"next_page_token"`
		}
		err := s.Call("experiments/search", map[string]any{"max_results": 1000, "view_type": "ALL", "page_token": token}, &out)
		if err := add(err); err != nil {
			return f, refused, err
		}
		for _, e := range out.Experiments {
			experiments = append(experiments, e.ID)
			f["experiment/"+e.ID+"/name"], f["experiment/"+e.ID+"/stage"] = e.Name, e.Stage
			for _, t := range e.Tags {
				f["experiment/"+e.ID+"/tag/"+t.Key] = t.Value
			}
		}
		if token = out.Next; token == "" {
			break
		}
	}
	runs, err := listRuns(s, experiments)
	if err := add(err); err != nil {
		return f, refused, err
	}
	for _, id := range runs {
		of, err := ReadRun(s, id)
		maps.Copy(f, of)
		if err := add(err); err != nil {
			return f, refused, err
		}
	}
	return f, refused, nil
}

// listRuns lists all runs by searching for them, which reads other columns of
// the index than reading a run does.
func listRuns(s *rig.Server, experiments []string) (list []string, err error) {
	for token := ""; len(experiments) > 0; {
		var out struct {
			Runs []run
			Next string `json:"next_page_token"`
		}
		err := s.Call("runs/search", map[string]any{
			"experiment_ids": experiments, "run_view_type": "ALL", "max_results": 1000, "page_token": token,
		}, &out)
		if err != nil {
			return list, err
		}
		for _, r := range out.Runs {
			list = append(list, r.Info.RunID)
		}
		if token = out.Next; token == "" {
			break
		}
	}
	slices.Sort(list)
	return list, nil
}

// Words reports whether an answer says in words what went wrong: it has a
// code, and a sentence.
func Words(r *rig.Refusal) bool {
	return strings.Contains(r.Body, `"error_code"`) && strings.Contains(r.Body, `"message"`) && !strings.Contains(r.Body, "panic")
}
