package owner

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"dev.varve/app/door/api"
	"dev.varve/backend/content"
	"dev.varve/backend/dataset"
	"dev.varve/backend/job"
)

// clean cleans, as a person asks for it.
func (o *Owner) clean(t *testing.T, want api.Cleaning) (done api.Cleaned) {
	t.Helper()
	ended := make(chan error, 1)
	var out job.Outcome
	o.jobs.Start("clean", "Clean", func(ctx context.Context, p *job.Progress) (job.Outcome, error) {
		var err error
		out, err = data{o}.Clean(ctx, want, p)
		ended <- err
		return out, err
	})
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(out.Result), &done); err != nil {
		t.Fatal(err)
	}
	return done
}

// TestCleaningFreesWhatNothingNames, after the time of grace, and nothing else.
func TestCleaningFreesWhatNothingNames(t *testing.T) {
	o := become(t)
	folder := filepath.Join(t.TempDir(), "wine")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	kept := make([]byte, 1<<20)
	_, _ = rand.NewChaCha8([32]byte{1}).Read(kept) // cannot fail
	if err := os.WriteFile(filepath.Join(folder, "wine.csv"), kept, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := o.datasets().Add(t.Context(), dataset.Addition{Name: "wine", Path: folder}, nil); err != nil {
		t.Fatal(err)
	}
	// What an addition leaves that ends before anything is recorded of it.
	const left = 3 << 20
	lost := make([]byte, left)
	_, _ = rand.NewChaCha8([32]byte{2}).Read(lost)
	for rest := lost; len(rest) > 0; rest = rest[64<<10:] {
		chunk := rest[:64<<10]
		if err := o.packs.Put(t.Context(), content.KindData, content.Sum(content.KindData, chunk), chunk); err != nil {
			t.Fatal(err)
		}
	}
	if err := o.packs.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}

	looked := o.clean(t, api.Cleaning{Dry: true, Grace: 3600})
	if looked.Frees != 0 || looked.Keeps < left || looked.After != looked.Before {
		t.Fatalf("with an hour of grace: %+v", looked)
	}
	if done := o.clean(t, api.Cleaning{Grace: 3600}); done.Frees != 0 || done.Keeps < left || done.After < looked.Before {
		t.Fatalf("with an hour of grace, in earnest: %+v", done)
	}
	if looked = o.clean(t, api.Cleaning{Dry: true}); looked.Frees < left || looked.Keeps != 0 {
		t.Fatalf("without: %+v", looked)
	}
	// The index may have written something meanwhile.
	if done := o.clean(t, api.Cleaning{}); done.Frees < left || done.Before-done.After < left-64<<10 || len(done.Left) != 0 {
		t.Fatalf("without, in earnest: %+v", done)
	}
	if again := o.clean(t, api.Cleaning{}); again.Frees != 0 || again.Keeps != 0 {
		t.Fatalf("once more: %+v", again)
	}
	versions, err := data{o}.checked(nil)
	if err != nil {
		t.Fatal(err)
	}
	if found, err := o.datasets().Verify(t.Context(), versions, dataset.VerifyOptions{}, nil); err != nil || found.Count != 0 || found.Read != 1<<20 {
		t.Fatalf("what is needed: %+v, %v", found, err)
	}
}
