package contract_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"dev.varve/backend/content"
	"dev.varve/backend/content/contenttest"
	"dev.varve/backend/contract"
	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

func TestArtifactsAreTaken(t *testing.T) {
	b := newBench(t)
	files := contenttest.NewFiles(map[string]string{"model.bin": "weights", "plots/a/loss.svg": "<svg>", "plots/empty": "", "output.log": "mine"})
	for name, item := range map[string]*contenttest.Item{
		"best":            {Type: content.Link, Target: "model.bin"},
		"plots/latest":    {Type: content.Link, Target: "../plots/a/./loss.svg"},
		"secret":          {Type: content.Link, Target: "/etc/passwd"},
		"plots/out":       {Type: content.Link, Target: "../../../agent.json"},
		"chain":           {Type: content.Link, Target: "best"},
		"loop":            {Type: content.Link, Target: "."},
		"through":         {Type: content.Link, Target: "loop/model.bin"},
		"nowhere":         {Type: content.Link, Target: "gone"},
		"pipe":            {What: "a named pipe"},
		"closed":          {Denied: true, Data: []byte("x")},
		"raw \xff name":   {Data: []byte("x")},
		`C:\back\slashes`: {Data: []byte("x")},
	} {
		files.Items[name] = item
	}
	b.artifacts = files
	b.full = true
	if err := contract.Take(t.Context(), b.run, b.tracker, b, b); !errors.Is(err, fault.NoSpace) || b.removed {
		t.Fatalf("on a full disk: %v, removed: %v", err, b.removed)
	}
	b.full = false
	b.take()
	got := map[string]int64{}
	list, err := b.tracker.Artifacts(track.Owner{Run: b.run}, "")
	b.must(err)
	for _, f := range list {
		got[f.Path] = f.Size
	}
	want := map[string]int64{"model.bin": 7, "best": 7, "plots/a/loss.svg": 5, "plots/latest": 5, "plots/empty": 0}
	if len(got) != len(want) {
		t.Errorf("artifacts: %v", got)
	}
	for name, size := range want {
		if s, ok := got[name]; !ok || s != size {
			t.Errorf("%s has %d bytes, %v", name, s, ok)
		}
	}
	if got, want := b.tag(contract.TagArtifacts), `"C:\\back\\slashes" was left out: Invalid path: "C:\\back\\slashes". In all, 11 files were.`; got != want {
		t.Errorf("it says %s, want %s", got, want)
	}
	if !b.removed {
		t.Error("the folder is still there")
	}
}

// interrupted is a record in which somebody else writes a param just before the
// first batch comes.
type interrupted struct {
	*track.Tracker
	once *bool
}

func (i interrupted) LogAll(ctx context.Context, run string, b track.Batch) error {
	if !*i.once {
		*i.once = true
		if err := i.LogParam(ctx, run, event.Param{Key: "seed", Value: "other"}); err != nil {
			return err
		}
	}
	return i.Tracker.LogAll(ctx, run, b)
}

// TestARefusedBatchIsNotForgotten: that a run takes nothing any more is forgiven
// only where it lies in the trash.
func TestARefusedBatchIsNotForgotten(t *testing.T) {
	b := newBench(t)
	b.add(`{"step":1,"loss":1}` + "\n" + `{"params":{"seed":"mine"}}` + "\n")
	record := interrupted{b.tracker, new(bool)}
	if err := contract.Take(t.Context(), b.run, record, b, b); !errors.Is(err, fault.Invalid) {
		t.Fatalf("got %v", err)
	}
	b.must(contract.Take(t.Context(), b.run, record, b, b))
	b.want("loss", 1)
	if said := b.tag(contract.TagMetrics); !strings.Contains(said, "Line 2") {
		t.Errorf("it says %q", said)
	}
}

func TestTheFilesThatAreRead(t *testing.T) {
	params, err := contract.Params([]event.Param{
		{Key: "lr", Value: "0.10"}, {Key: "half", Value: ".5"}, {Key: "n", Value: "4"}, {Key: "limit", Value: "inf"}, {Key: "version", Value: "1.10"}, {Key: "word", Value: `a "b" <c> & é`},
	}, []string{"lr", "half", "n", "limit"})
	if want := `{
  "half": 0.5,
  "limit": "inf",
  "lr": 0.10,
  "n": 4,
  "version": "1.10",
  "word": "a \"b\" <c> & é"
}
`; err != nil || string(params) != want {
		t.Errorf("params: %s, %v", params, err)
	}
	data, err := contract.Data([]event.DatasetInput{{
		Name: "wine", Digest: "abc", Source: `{"number":3,"path":"/data/wine"}`, Tags: []event.Param{{Key: "mlflow.data.context", Value: "table"}},
	}, {
		Name: "beer", Digest: "def", Source: `{"number":1,"pointer":"beer.varve"}`, Tags: []event.Param{{Key: "mlflow.data.context", Value: "beer.varve"}},
	}})
	if want := `{
  "table": {
    "dataset": "wine",
    "version": 3,
    "digest": "abc",
    "path": "/data/wine"
  }
}
`; err != nil || string(data) != want {
		t.Errorf("data: %s, %v", data, err)
	}
	for _, empty := range []func() ([]byte, error){
		func() ([]byte, error) { return contract.Params(nil, nil) }, func() ([]byte, error) { return contract.Data(nil) },
	} {
		if text, err := empty(); err != nil || string(text) != "{}\n" {
			t.Errorf("nothing is %q, %v", text, err)
		}
	}
}
