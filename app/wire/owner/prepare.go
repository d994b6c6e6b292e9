package owner

import (
	"context"
	"encoding/hex"

	"dev.varve/app/door/api"
	"dev.varve/backend/env"
	"dev.varve/backend/event"
	"dev.varve/backend/execute"
	"dev.varve/backend/project"
	"dev.varve/backend/track"
)

// prepare checks a request and says all that an agent needs to know. What is
// wrong with it is said now, before anything is recorded.
func (o *Owner) prepare(ctx context.Context, r api.Prepare) (*execute.Spec, error) {
	ready, err := o.check(r)
	if err != nil {
		return nil, err
	}
	datasets, err := o.inputs(ctx, ready.project.Dir, ready.Paths)
	if err != nil {
		return nil, err
	}
	experiment, err := o.tracker.EnsureExperiment(ctx, r.Experiment)
	if err != nil {
		return nil, err
	}
	s := &execute.Spec{
		Workspace: o.Dir, ID: hex.EncodeToString(o.ws.ID[:]), Created: o.ws.Created, Device: o.device.String(),
		Cache: o.places.Shared, State: o.places.State, Run: o.tracker.NewID(), Name: r.Name, User: o.person, Parent: r.Parent,
		ExpID: experiment, Project: ready.project.Dir, Title: ready.project.Title(), Entry: ready.Entry, Command: ready.Command, Datasets: datasets,
		Numbers: ready.Numbers, Env: ready.Env,
	}
	for _, v := range ready.Params {
		s.Params = append(s.Params, event.Param{Key: v.Name, Value: v.Value})
	}
	if err := o.tracker.Experiment(experiment, func(x *track.Experiment) { s.ExpName = x.Name() }); err != nil {
		return nil, err
	}
	return s, o.rememberProject(ctx, ready.project.Dir, ready.Entry, params(r))
}

// checked is a request that makes sense.
type checked struct {
	*project.Prepared
	project *project.Project
}

// check reads the project and says what is wrong with a request. It changes
// nothing.
func (o *Owner) check(r api.Prepare) (checked, error) {
	manager, err := env.ParseManager(r.Manager)
	if err != nil {
		return checked{}, err
	}
	p, err := project.Load(o.disk, r.Path)
	if err != nil {
		return checked{}, err
	}
	ready, err := p.Prepare(o.disk, project.Request{Entry: r.EntryPoint, Params: params(r), Manager: manager})
	return checked{ready, p}, err
}

func (o *Owner) rememberProject(ctx context.Context, dir, entry string, given []project.Param) error {
	values := map[string]string{}
	for _, p := range given {
		values[p.Name] = p.Value
	}
	return o.tracker.OpenProject(ctx, event.ProjectOpened{Path: dir, EntryPoint: entry, Params: values})
}

func params(r api.Prepare) []project.Param {
	list := make([]project.Param, len(r.Params))
	for i, p := range r.Params {
		list[i] = project.Param{Name: p.Name, Value: p.Value}
	}
	return list
}
