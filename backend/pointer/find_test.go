package pointer_test

import (
	"errors"
	"strings"
	"testing"

	"dev.varve/backend/content/contenttest"
	"dev.varve/backend/fault"
	"dev.varve/backend/pointer"
)

func TestFind(t *testing.T) {
	text := sample.Text()
	files := contenttest.NewFiles(map[string]string{
		"train.py": "x", "wine.varve": text, "data/a/beer.varve": text, "data/notes.varve": "somebody else's",
		"mlruns/x.varve": text, ".git/x.varve": text, "env/pyvenv.cfg": "", "env/lib/x.varve": text,
		"large.varve": text + strings.Repeat("#\n", pointer.MaxFile),
	})
	found, err := pointer.Find(t.Context(), files)
	if err != nil || len(found) != 2 || found[0].Path != "wine.varve" || found[1].Path != "data/a/beer.varve" || found[0].Number != 3 {
		t.Errorf("%+v, %v", found, err)
	}
	files = contenttest.NewFiles(map[string]string{"data/wine.varve": "<<<<<<< HEAD\n" + text})
	if _, err := pointer.Find(t.Context(), files); !errors.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "data/wine.varve") {
		t.Errorf("after a merge: %v", err)
	}
}
