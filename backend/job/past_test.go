package job_test

import (
	"context"
	"crypto/rand"
	"testing"

	"dev.varve/backend/fault"
	"dev.varve/backend/job"
)

// TestPast: another Manager knows what an earlier one did, and says of what was
// going on that it did not end.
func TestPast(t *testing.T) {
	var kept []job.Job
	keep := func(jobs []job.Job) { kept = jobs }
	first := job.New(job.Config{Clock: clock{}, Random: rand.Reader, After: after, Keep: keep})
	done := first.Start("data.add", "Add wine", func(context.Context, *job.Progress) (job.Outcome, error) {
		return job.Outcome{Result: "wine", Summary: "wine has version 1."}, nil
	})
	if err := first.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	interrupted := kept[0]
	interrupted.State, interrupted.Ended, interrupted.Summary = job.Running, 0, ""
	kept = append(kept, interrupted)
	if len(kept) != 2 || kept[0].State != job.Done || kept[1].State != job.Running {
		t.Fatalf("kept are %+v", kept)
	}

	second := job.New(job.Config{Clock: clock{}, Random: rand.Reader, After: after, Past: kept})
	list := second.List()
	if len(list) != 2 || list[1].ID != done.ID || list[1].Summary != "wine has version 1." || list[1].State != job.Done {
		t.Errorf("the past is %+v", list)
	}
	if j := list[0]; j.State != job.Failed || fault.KindOf(j.Err) != fault.Unavailable || j.Ended == 0 {
		t.Errorf("what was interrupted is %+v", j)
	}
	if _, err := second.Cancel(list[0].ID); err != nil {
		t.Errorf("cancelling the past: %v", err)
	}
}
