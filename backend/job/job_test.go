package job_test

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"dev.varve/backend/fault"
	"dev.varve/backend/job"
)

type clock struct{}

func (clock) Now() time.Time { return time.Now() }

func after(d time.Duration, fn func()) { time.AfterFunc(d, fn) }

// reports counts what the watcher is told.
type reports struct {
	mu  sync.Mutex
	ids []string
}

func (r *reports) note(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ids = append(r.ids, id)
}

func (r *reports) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.ids)
}

func manager(watch func(string)) *job.Manager {
	return job.New(job.Config{Clock: clock{}, Random: rand.Reader, After: after, Watch: watch})
}

func mustGet(t *testing.T, m *job.Manager, id string) job.Job {
	t.Helper()
	j, err := m.Get(id)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func TestHowAJobEnds(t *testing.T) {
	broken := fault.New(fault.NoSpace, "the disk is full")
	for _, c := range []struct {
		name  string
		work  job.Work
		state job.State
		kind  fault.Kind
		left  string // what was made all the same
	}{
		{"well", func(context.Context, *job.Progress) (job.Outcome, error) {
			return job.Outcome{Result: "id", Summary: "3 files"}, nil
		}, job.Done, "", ""},
		{"with a fault", func(context.Context, *job.Progress) (job.Outcome, error) { return job.Outcome{Result: "x"}, broken }, job.Failed, fault.NoSpace, ""},
		{"with a fault, and what stays", func(context.Context, *job.Progress) (job.Outcome, error) {
			return job.Outcome{Result: "x", Stays: true}, broken
		}, job.Failed, fault.NoSpace, "x"},
		{"in a panic", func(context.Context, *job.Progress) (job.Outcome, error) { panic("index out of range") }, job.Failed, fault.Internal, ""},
		{"because it gave up itself", func(context.Context, *job.Progress) (job.Outcome, error) {
			return job.Outcome{}, fault.New(fault.Cancelled, "no")
		}, job.Cancelled, fault.Cancelled, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := manager(nil)
				started := m.Start("data.add", "Add wine", func(ctx context.Context, p *job.Progress) (job.Outcome, error) {
					time.Sleep(time.Second)
					p.Note("working")
					p.SetTotal(10)
					p.Add(7)
					p.Item(2)
					return c.work(ctx, p)
				})
				if started.State != job.Running || started.Kind != "data.add" || started.Title != "Add wine" || started.Ended != 0 || len(started.ID) != 32 {
					t.Fatalf("Start returned %+v", started)
				}
				time.Sleep(2 * time.Second)
				j := mustGet(t, m, started.ID)
				if j.State != c.state || j.Bytes != 7 || j.Total != 10 || j.Items != 2 || j.Note != "" || j.Ended-j.Started != 1000 {
					t.Fatalf("the job ended as %+v", j)
				}
				if c.kind == "" && (j.Err != nil || j.Result != "id" || j.Summary != "3 files") {
					t.Fatalf("the job ended as %+v", j)
				}
				if c.kind != "" && (fault.KindOf(j.Err) != c.kind || j.Result != c.left) {
					t.Fatalf("the job ended with %v, result %q", j.Err, j.Result)
				}
			})
		})
	}
}

func TestAPanicKeepsItsPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := manager(nil)
		j := m.Start("data.add", "", func(context.Context, *job.Progress) (job.Outcome, error) { panic("boom") })
		synctest.Wait()
		err := errors.Unwrap(mustGet(t, m, j.ID).Err)
		if err == nil || !strings.Contains(err.Error(), "boom") || !strings.Contains(err.Error(), "TestAPanicKeepsItsPlace") {
			t.Fatalf("the cause is %v", err)
		}
	})
}

func TestCancel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := manager(nil)
		patient := m.Start("data.get", "", func(ctx context.Context, _ *job.Progress) (job.Outcome, error) {
			<-ctx.Done()
			return job.Outcome{}, ctx.Err()
		})
		deaf := m.Start("data.get", "", func(context.Context, *job.Progress) (job.Outcome, error) {
			time.Sleep(time.Minute)
			return job.Outcome{Result: "made"}, nil
		})
		for _, id := range []string{patient.ID, deaf.ID, patient.ID} {
			if _, err := m.Cancel(id); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		if j := mustGet(t, m, patient.ID); j.State != job.Cancelled || !errors.Is(j.Err, fault.Cancelled) {
			t.Fatalf("a cancelled job: %+v", j)
		}
		time.Sleep(time.Hour)
		if j := mustGet(t, m, deaf.ID); j.State != job.Done || j.Result != "made" {
			t.Fatalf("what was made all the same: %+v", j)
		}
		if _, err := m.Cancel("nobody"); !errors.Is(err, fault.NotFound) {
			t.Fatalf("cancelling nothing: %v", err)
		}
	})
}

func TestProgressIsToldFourTimesASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told reports
		m := manager(told.note)
		j := m.Start("data.add", "", func(_ context.Context, p *job.Progress) (job.Outcome, error) {
			for range 10_000 {
				p.Add(1)
				time.Sleep(time.Millisecond)
			}
			p.Note("last")
			time.Sleep(time.Second)
			return job.Outcome{}, nil
		})
		time.Sleep(10_900 * time.Millisecond)
		if n := told.count(); n < 40 || n > 43 {
			t.Fatalf("%d reports in ten seconds, want about 41", n)
		}
		if got := mustGet(t, m, j.ID); got.Bytes != 10_000 || got.Note != "last" {
			t.Fatalf("while it runs: %+v", got)
		}
		before := told.count()
		time.Sleep(time.Minute)
		if n := told.count(); n != before+1 {
			t.Fatalf("the end was told %d times", n-before)
		}
	})
}

func TestTheLastFiftyAreKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := manager(nil)
		release := make(chan struct{})
		eldest := m.Start("data.add", "", func(context.Context, *job.Progress) (job.Outcome, error) {
			<-release
			return job.Outcome{}, nil
		})
		var last job.Job
		for range 80 {
			last = m.Start("data.add", "", func(context.Context, *job.Progress) (job.Outcome, error) { return job.Outcome{}, nil })
			synctest.Wait()
		}
		list := m.List()
		if len(list) != job.Kept || list[0].ID != last.ID || list[job.Kept-1].ID != eldest.ID {
			t.Fatalf("%d jobs are kept; the running one is last: %v", len(list), list[len(list)-1].ID == eldest.ID)
		}
		if !m.Active() {
			t.Fatal("a job runs, but Active says no")
		}
		close(release)
		synctest.Wait()
		if m.Active() {
			t.Fatal("no job runs, but Active says yes")
		}
	})
}

func TestCloseWaitsForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := manager(nil)
		j := m.Start("data.add", "", func(ctx context.Context, _ *job.Progress) (job.Outcome, error) {
			<-ctx.Done()
			time.Sleep(2 * time.Second)
			return job.Outcome{}, ctx.Err()
		})
		brief, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := m.Close(brief); !errors.Is(err, fault.Unavailable) {
			t.Fatalf("Close returned %v though work goes on", err)
		}
		if err := m.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := mustGet(t, m, j.ID); got.State != job.Cancelled {
			t.Fatalf("after Close: %+v", got)
		}
		if late := m.Start("data.add", "", nil); late.State != job.Cancelled {
			t.Fatalf("started after Close: %+v", late)
		}
	})
}

func TestNobodyWatches(t *testing.T) {
	var p *job.Progress
	p.Add(1)
	p.SetTotal(2)
	p.Item(3)
	p.Note("x")
}

func TestManyGoroutinesReport(t *testing.T) {
	var told reports
	m := manager(told.note)
	j := m.Start("data.add", "", func(_ context.Context, p *job.Progress) (job.Outcome, error) {
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for range 1000 {
					p.Add(1)
					p.Item(1)
				}
			})
		}
		wg.Wait()
		return job.Outcome{}, nil
	})
	for m.Active() {
		m.List()
	}
	if got := mustGet(t, m, j.ID); got.Bytes != 8000 || got.Items != 8000 {
		t.Fatalf("%+v", got)
	}
}

func TestPausedWorkRestsUntilItIsResumedOrCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := manager(nil)
		work := func(ctx context.Context, p *job.Progress) (job.Outcome, error) {
			p.Pausable()
			for {
				select {
				case <-ctx.Done():
					return job.Outcome{}, ctx.Err()
				case <-time.After(time.Second):
				}
				p.Rest(ctx)
				p.Item(1)
			}
		}
		id := m.Start("data.add", "Add wine", work).ID
		time.Sleep(3500 * time.Millisecond)
		j, err := m.Pause(id, true)
		if err != nil || !j.Paused || !j.Pausable || j.Items != 3 {
			t.Fatalf("paused: %+v, %v", j, err)
		}
		time.Sleep(time.Hour)
		if j := mustGet(t, m, id); j.Items != 3 || j.State != job.Running {
			t.Fatalf("while paused: %+v", j)
		}
		if j, err = m.Pause(id, false); err != nil || j.Paused {
			t.Fatalf("resumed: %+v, %v", j, err)
		}
		time.Sleep(2500 * time.Millisecond)
		if j := mustGet(t, m, id); j.Items != 6 {
			t.Fatalf("after it was resumed: %+v", j)
		}
		for range 2 { // twice is no error
			if _, err := m.Pause(id, true); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(time.Minute)
		if _, err := m.Cancel(id); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if j := mustGet(t, m, id); j.State != job.Cancelled || j.Paused || j.Pausable {
			t.Fatalf("cancelled: %+v", j)
		}
		if _, err := m.Pause(id, true); !errors.Is(err, fault.State) {
			t.Fatalf("pausing what has ended: %v", err)
		}
	})
}

func TestWorkThatNeverRestsCannotBePaused(t *testing.T) {
	m := manager(nil)
	id := m.Start("run.start", "Start a run", func(ctx context.Context, _ *job.Progress) (job.Outcome, error) {
		<-ctx.Done()
		return job.Outcome{}, ctx.Err()
	}).ID
	if j, err := m.Pause(id, true); !errors.Is(err, fault.State) || j.Paused {
		t.Fatalf("%+v, %v", j, err)
	}
	if err := m.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
}
