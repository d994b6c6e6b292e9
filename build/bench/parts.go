package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"
)

// clientAlone shows what the client could reach with a server that does nothing.
func (b *bench) clientAlone(ctx context.Context) error {
	b.say("the client alone")
	server := httptest.NewServer(http.HandlerFunc(drain))
	defer server.Close()
	for i, clients := range []int{1, manyClients} {
		var rates []float64
		for range rounds {
			o, err := round(ctx, server.URL, share(singleMetrics(placeholder, mostPerS), clients), time.Second)
			if err != nil {
				return err
			}
			rates = append(rates, o.perSecond())
		}
		b.ceiling[i] = median(rates)
	}
	return nil
}

// startUp starts each program several times on the same record, the first time
// on none, and leaves both running.
func (b *bench) startUp(ctx context.Context) error {
	ready := b.row(row{What: "start until the first request is answered", Unit: seconds, Aim: "at least 70×", met: atLeastTimes(70)})
	said := b.row(row{What: "start until it says that it is ready", Unit: seconds, Aim: "at most 100 ms", met: atMost(0.1)})
	many := starts
	if b.only != "" {
		many = 1
	}
	for i := range many {
		for which, s := range b.subjects {
			b.say("start %d of %d: %s", i+1, many, s.name)
			s.end()
			var times startTimes
			var err error
			if s.server, times, err = s.start(ctx); err != nil {
				return err
			}
			s.c = newClient(s.base)
			ready.add(which, times.answered.Seconds())
			if s.says != "" {
				said.add(which, times.said.Seconds())
			}
		}
	}
	return nil
}

func (b *bench) memory(ctx context.Context) error {
	return b.memoryRow(ctx, row{What: "memory after the start, at rest", Unit: megabytes, Aim: "at least 25×", met: atLeastTimes(25)})
}

func (b *bench) memoryAfter(ctx context.Context) error {
	return b.memoryRow(ctx, row{What: "memory after all of this, at rest", Unit: megabytes})
}

func (b *bench) memoryRow(ctx context.Context, r row) error {
	b.say("memory")
	line := b.row(r)
	for which, s := range b.subjects {
		u, rested, err := rest(ctx, s.server, 5*time.Second, 2*time.Minute)
		if err != nil {
			return err
		}
		line.add(which, float64(u.pss))
		line.notes[which] = fmt.Sprintf("%d processes, %.0f MB if shared pages count in each", u.processes, float64(u.rss)/1e6)
		if u.processes == 1 {
			line.notes[which] = "1 process"
		}
		if !rested {
			line.notes[which] += "; it did not come to rest"
		}
	}
	return nil
}

// alternate does something with both programs, in turns.
func (b *bench) alternate(ctx context.Context, what string, times int, do func(which int, s *subject) error) error {
	for i := range times {
		b.say("%s: round %d of %d", what, i+1, times)
		for _, which := range [][2]int{{varve, mlflow}, {mlflow, varve}}[i%2] {
			for _, s := range b.subjects { // what the last round left to do is no part of this one
				if _, _, err := rest(ctx, s.server, time.Second, 20*time.Second); err != nil {
					return err
				}
			}
			if err := do(which, b.subjects[which]); err != nil {
				return fmt.Errorf("%s, %s: %w", b.subjects[which].name, what, err)
			}
		}
	}
	return nil
}

// play plays a round and notes what was refused.
func (b *bench) play(ctx context.Context, which int, work [][]task, limit time.Duration) (*outcome, error) {
	o, err := round(ctx, b.subjects[which].base, work, limit)
	if err == nil && o.refused > 0 {
		b.refused[which] += o.refused
		b.say("%s refused %d requests, the first with: %v", b.subjects[which].name, o.refused, o.first)
	}
	return o, err
}

func (b *bench) sync() (float64, error) {
	took, err := syncTimes(b.dir)
	if err != nil {
		return 0, err
	}
	m := median(took)
	b.syncs = append(b.syncs, m)
	return m, nil
}

// single is one client that logs one point after the other; just before and
// after, the disk alone is measured.
func (b *bench) single(ctx context.Context) error {
	rate := b.row(row{What: "log-metric, 1 client", Unit: perSecond, Aim: "at least 100×", met: atLeastTimes(100)})
	took := b.row(row{What: "log-metric, 1 client, median", Unit: seconds})
	over := b.row(row{What: "the same, beyond fdatasync", Unit: seconds, Aim: "at most 0.25 ms", met: atMost(0.25e-3)})
	return b.alternate(ctx, "log-metric, 1 client", rounds, func(which int, s *subject) error {
		before, err := b.sync()
		if err != nil {
			return err
		}
		o, err := b.logSingle(ctx, which, s, 1)
		if err != nil {
			return err
		}
		after, err := b.sync()
		if err != nil {
			return err
		}
		rate.add(which, o.perSecond())
		took.add(which, o.median())
		if which == varve {
			over.add(which, o.median()-(before+after)/2)
		}
		return nil
	})
}

func (b *bench) many(ctx context.Context) error {
	what := fmt.Sprintf("log-metric, %d clients", manyClients)
	rate := b.row(row{What: what, Unit: perSecond, Aim: "at least 80×", met: atLeastTimes(80)})
	took := b.row(row{What: what + ", median", Unit: seconds})
	return b.alternate(ctx, what, rounds, func(which int, s *subject) error {
		o, err := b.logSingle(ctx, which, s, manyClients)
		if err != nil {
			return err
		}
		rate.add(which, o.perSecond())
		took.add(which, o.median())
		return nil
	})
}

// logSingle plays a round, each client with a run of its own, and then looks
// whether all that was acknowledged is there.
func (b *bench) logSingle(ctx context.Context, which int, s *subject, clients int) (*outcome, error) {
	work := make([][]task, clients)
	ids := make([]string, clients)
	for i := range work {
		var err error
		if ids[i], err = s.makeRun(ctx); err != nil {
			return nil, err
		}
		work[i] = singleMetrics(ids[i], int(b.round.Seconds()*mostPerS)/clients)
	}
	o, err := b.play(ctx, which, work, b.round)
	if err != nil {
		return nil, err
	}
	for i, id := range ids {
		if err := s.checkPoints(ctx, id, "loss", o.done[i]); err != nil {
			return nil, err
		}
	}
	return o, nil
}

func (b *bench) batch(ctx context.Context) error {
	took := b.row(row{What: "log-batch of 1000 points, median", Unit: seconds, Aim: "at least 80×", met: atLeastTimes(80)})
	return b.alternate(ctx, "log-batch", rounds, func(which int, s *subject) error {
		run, err := s.makeRun(ctx)
		if err != nil {
			return err
		}
		// Three seconds of one program would be a hundred times more points than
		// of the other, in one metric; both get the same at most.
		work := batches(run, 100)
		o, err := b.play(ctx, which, [][]task{work}, b.round)
		if err != nil {
			return err
		}
		took.add(which, o.median())
		return s.checkPoints(ctx, run, "metric_0", o.count()*batchSteps)
	})
}

func (b *bench) history(ctx context.Context) error {
	line := b.row(row{What: "read a metric's 100,000 points", Unit: seconds, Aim: "at least 60×", met: atLeastTimes(60)})
	var runs [2]string
	for which, s := range b.subjects {
		b.say("100,000 points: %s", s.name)
		var err error
		if runs[which], err = s.makeRun(ctx); err != nil {
			return err
		}
		for _, t := range longHistory(runs[which], historySize) {
			if err := t(ctx, s.c); err != nil {
				return err
			}
		}
	}
	return b.alternate(ctx, "history", rounds, func(which int, s *subject) error {
		began := time.Now()
		answer, err := s.history(ctx, runs[which], "loss")
		took := time.Since(began)
		if err != nil {
			return err
		}
		if n := bytes.Count(answer, []byte(`"step"`)); n != historySize {
			return fmt.Errorf("the history has %d points", n)
		}
		line.add(which, took.Seconds())
		return nil
	})
}

func (b *bench) making(ctx context.Context) error {
	what := fmt.Sprintf("make a run and fill it, %d clients", runClients)
	line := b.row(row{What: what, Unit: runsPerSecond, Aim: "at least 90×", met: atLeastTimes(90)})
	all := samples(b.runs / rounds)
	return b.alternate(ctx, what, rounds, func(which int, s *subject) error {
		experiment, err := s.makeExperiment(ctx)
		if err != nil {
			return err
		}
		var work []task
		for _, one := range all {
			work = append(work, making(experiment, one))
		}
		o, err := b.play(ctx, which, share(work, runClients), b.round)
		if err != nil {
			return err
		}
		line.add(which, o.perSecond())
		return nil
	})
}
