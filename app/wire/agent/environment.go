package agent

import (
	"context"
	"os"

	"dev.varve/app/wire/envs"
	"dev.varve/backend/env"
	"dev.varve/backend/execute"
)

// prepareEnvironment makes the environment ready, as the caller would find it,
// and says how far it is.
func (a *Agent) prepareEnvironment(ctx context.Context) (env.Environment, error) {
	return envs.New(a.spec.Cache, os.Environ()).Ensure(ctx, a.spec.Env, func(line string) {
		a.news.say(execute.News{Note: line})
	})
}
