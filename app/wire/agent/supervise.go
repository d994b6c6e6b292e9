package agent

import (
	"context"
	"errors"
	"io"
	"maps"
	"os"
	"os/exec"
	"strings"
	"time"

	"dev.varve/app/machine"
	"dev.varve/backend/contract"
	"dev.varve/backend/env"
	"dev.varve/backend/event"
	"dev.varve/backend/execute"
	"dev.varve/backend/fault"
	"dev.varve/backend/provenance"
	"dev.varve/backend/sysmon"
	"dev.varve/backend/track"
)

const (
	grace       = 10 * time.Second // between TERM and KILL, unless somebody says otherwise
	beatEvery   = 5 * time.Second
	lookEvery   = 200 * time.Millisecond // for a request to stop
	sampleEvery = 5 * time.Second
	firstSample = time.Second
	tailBytes   = 4096 // of the output that may explain a failure
)

// record goes through the run, from its first event to its last.
func (a *Agent) record(ctx context.Context, ready env.Environment) error {
	background, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	go a.teller.run(background)
	if err := a.createRun(background, ready); err != nil {
		return a.news.refuse(err)
	}
	output, err := os.OpenFile(a.dir.Output(), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return a.failed(background, err)
	}
	defer output.Close()
	if err := a.offerFiles(); err != nil {
		return a.failed(background, err)
	}
	child, err := a.startChild(output, ready)
	if err != nil {
		return a.failed(background, err)
	}
	id := child.Identity()
	if err := a.describe(&id); err != nil {
		return errors.Join(err, child.Stop(0))
	}
	a.news.say(execute.News{Started: true, Agent: a.writer.String()})
	endMetrics, err := a.followMetrics(background)
	if err != nil {
		return errors.Join(err, child.Stop(0))
	}
	stopped := a.watch(ctx, child)
	endMetrics()
	return a.conclude(background, child, stopped)
}

func (a *Agent) createRun(ctx context.Context, ready env.Environment) error {
	s := &a.spec
	tags := map[string]string{
		track.TagUser: s.User, track.TagSource: s.Project, "mlflow.source.type": "PROJECT",
		"mlflow.project.entryPoint": s.Entry, "mlflow.project.backend": "local", "mlflow.project.env": string(ready.Manager),
	}
	if s.Parent != "" {
		tags[track.TagParent] = s.Parent
	}
	code, err := a.captureCode(ctx)
	if err != nil {
		return err
	}
	maps.Copy(tags, provenance.Tags(code))
	_, err = a.tracker.CreateRun(ctx, track.NewRun{
		ID: s.Run, Experiment: s.ExpID, Name: s.Name, User: s.User, Tags: tags, Params: s.Params, Datasets: s.Datasets, Code: code,
		Origin: &event.Origin{
			Project: s.Project, EntryPoint: s.Entry, Command: s.Command, Manager: string(ready.Manager),
			Environment: ready.Key, Python: ready.Version, Packages: lines(ready.Lock), Host: machine.Hostname(), Agent: a.writer,
		},
	})
	return err
}

func (a *Agent) startChild(output *os.File, ready env.Environment) (*machine.Child, error) {
	shell, err := exec.LookPath("bash")
	if err != nil {
		return nil, fault.New(fault.NotFound, "bash is not installed; projects need it to start their commands")
	}
	where := execute.Door{Address: a.door.address, Token: a.door.token}
	return machine.Start(machine.Command{
		Args: []string{shell, "-c", a.spec.Command}, Dir: a.spec.Project,
		Env:    execute.Environ(os.Environ(), &a.spec, where, a.dir.Files(), ready),
		Stdout: output, Stderr: output, Mark: a.spec.Run,
	})
}

// failed records that the child could not be started.
func (a *Agent) failed(ctx context.Context, cause error) error {
	a.news.say(execute.News{Started: true, Agent: a.writer.String()}) // the run exists, and says why it failed
	return a.tracker.UpdateRun(ctx, a.spec.Run, track.RunUpdate{
		Status: "FAILED", Reason: "It could not be started: " + cause.Error(), Agent: true,
	})
}

// watch waits for the child's end and reports whether somebody asked for it.
func (a *Agent) watch(ctx context.Context, child *machine.Child) (stopped bool) {
	sampler := machine.Sampler{Tree: machine.Tree{Leader: child.Identity(), Mark: a.spec.Run}, Path: a.dir.Path}
	meter := &sysmon.Meter{}
	sampler.Sample() // shares of the processor count from here
	look, beat, sample := time.NewTicker(lookEvery), time.NewTicker(beatEvery), time.NewTimer(firstSample)
	defer look.Stop()
	defer beat.Stop()
	defer sample.Stop()
	stopNow := ctx.Done()
	stop := func(g time.Duration) {
		stopped, stopNow = true, nil
		look.Stop()
		go child.Stop(g) // Done tells when it has ended; conclude ends what is left
	}
	for {
		select {
		case <-child.Done():
			return stopped
		case <-stopNow:
			stop(grace)
		case <-look.C:
			if g, asked := a.dir.StopAsked(); asked {
				stop(g)
			}
		case <-beat.C:
			_ = a.dir.Beat(time.Now()) // a full disk must not end a run; silence is noticed
		case now := <-sample.C:
			a.logSample(meter.Metrics(sampler.Sample(), now))
			sample.Reset(sampleEvery)
		}
	}
}

// logSample records system metrics. Losing some is no reason to end a run.
func (a *Agent) logSample(metrics []track.Metric) {
	_ = a.tracker.LogAll(context.Background(), a.spec.Run, track.Batch{Metrics: metrics})
}

// conclude records how it ended: its files, output, status, in this order.
func (a *Agent) conclude(ctx context.Context, child *machine.Child, stopped bool) error {
	status := child.Status()
	left := child.Stop(time.Second) // what the child left behind
	a.door.drain()
	ending := execute.Ending{Code: status.Code, Signal: status.Signal, Stopped: stopped, Tail: a.tail()}
	kept := errors.Join(contract.Take(ctx, a.spec.Run, a.tracker, agentFiles{a}, a.dir), a.keepOutput(ctx))
	said := "RUNNING"
	if err := a.tracker.Run(a.spec.Run, func(r *track.Run) { said = r.End().Status }); err != nil {
		return err
	}
	err := a.tracker.UpdateRun(ctx, a.spec.Run, execute.Outcome(ending, said))
	if errors.Is(err, fault.Invalid) { // somebody put the run into the trash meanwhile
		err = nil
	}
	return errors.Join(left, kept, err)
}

func (a *Agent) keepOutput(ctx context.Context) error {
	f, err := os.Open(a.dir.Output())
	if err != nil {
		return fault.Wrap(err, fault.Internal, "read output of run", a.spec.Run)
	}
	defer f.Close()
	ref, size, err := a.put(ctx, f)
	if err != nil {
		return err
	}
	return a.tracker.PutArtifact(ctx, track.Owner{Run: a.spec.Run}, event.ArtifactPut{Path: execute.OutputName, Size: size, Content: ref})
}

// tail is the end of the output.
func (a *Agent) tail() string {
	f, err := os.Open(a.dir.Output())
	if err != nil {
		return ""
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.Size() > tailBytes {
		if _, err := f.Seek(-tailBytes, io.SeekEnd); err != nil {
			return ""
		}
	}
	data, err := io.ReadAll(io.LimitReader(f, tailBytes))
	if err != nil {
		return ""
	}
	return string(data)
}

// lines splits a list of one thing a line; the things may hold blanks.
func lines(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == '\n' || r == '\r' })
}
