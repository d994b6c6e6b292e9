// Package launch starts agents: detached, with the caller's environment,
// folder and limits.
package launch

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"path/filepath"

	"dev.varve/app/agentbin"
	"dev.varve/app/machine"
	"dev.varve/backend/execute"
	"dev.varve/backend/fault"
)

// Agent starts the agent of a run and returns, with the id of the agent's log,
// when its child runs, or with the reason why there will be no run. say is told what is being prepared. If ctx
// ends first, the agent is asked to end.
func Agent(ctx context.Context, spec *execute.Spec, say func(string)) (agent string, err error) {
	program, err := agentbin.Extract(filepath.Join(spec.Cache, "agents"))
	if err != nil {
		return "", err
	}
	stdin, feed, err := os.Pipe()
	if err != nil {
		return "", fault.Wrap(err, fault.Unavailable, "start agent of run", spec.Run)
	}
	defer stdin.Close()
	news, stdout, err := os.Pipe()
	if err != nil {
		feed.Close()
		return "", fault.Wrap(err, fault.Unavailable, "start agent of run", spec.Run)
	}
	defer news.Close()
	child, err := machine.StartDetached(machine.Command{Args: []string{program}, Dir: spec.Project, Stdin: stdin, Stdout: stdout})
	stdout.Close()
	if err != nil {
		feed.Close()
		return "", err
	}
	go func() {
		defer feed.Close()
		_ = json.NewEncoder(feed).Encode(spec) // an agent that died is noticed below
	}()
	return follow(ctx, child, news, say)
}

// follow reads what the agent says until the child runs.
func follow(ctx context.Context, child *machine.Child, news *os.File, say func(string)) (agent string, err error) {
	lines := make(chan execute.News)
	go func() {
		defer close(lines)
		s := bufio.NewScanner(news)
		s.Buffer(nil, 1<<20)
		for s.Scan() {
			var n execute.News
			if json.Unmarshal(s.Bytes(), &n) == nil {
				lines <- n
			}
		}
	}()
	interrupted := ctx.Done()
	for {
		select {
		case <-interrupted:
			interrupted = nil
			_ = machine.Terminate(child.Identity()) // it says how it ended
		case n, ok := <-lines:
			switch {
			case !ok && ctx.Err() != nil:
				return "", fault.New(fault.Cancelled, "the start was cancelled")
			case !ok:
				return "", fault.New(fault.Internal, "the agent ended before it could start the run")
			case n.Problem != nil:
				return "", &fault.Error{Kind: fault.Kind(n.Problem.Kind), Message: n.Problem.Message, Hint: n.Problem.Hint}
			case n.Started:
				return n.Agent, nil
			default:
				say(n.Note)
			}
		}
	}
}
