package door

import (
	"cmp"
	"context"
	"os"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"dev.varve/app/door/api"
	"dev.varve/backend/registry"
	"dev.varve/backend/track"
)

func (d *Door) describeWorkspace(h huma.API) {
	add(d, h, get("/workspace", "workspace", "workspace", "The open workspace"),
		func(context.Context, *nothing) (*answer[api.Workspace], error) { return the(d.workspace(), nil) })
	add(d, h, get("/alive", "alive", "workspace", "Which workspace this door belongs to"),
		func(context.Context, *nothing) (*answer[api.Alive], error) {
			a := api.Alive{Workspace: d.Workspace.ID, Version: d.Workspace.Version, PID: os.Getpid(), Damage: d.damage()}
			return the(a, nil)
		})
	add(d, h, get("/diagnostics", "diagnostics", "workspace", "What helps whoever looks for a fault, to be read before it is saved"),
		func(ctx context.Context, _ *nothing) (*answer[api.Diagnostics], error) {
			return the(d.Diagnostics.Diagnostics(ctx))
		})
	add(d, h, get("/experiments", "experiments", "runs", "All experiments that are not in the trash, by name"),
		func(context.Context, *nothing) (*answer[api.Experiments], error) {
			return the(api.Experiments{Experiments: d.experiments()}, nil)
		})
}

func (d *Door) damage() []string {
	if d.Damage == nil {
		return []string{}
	}
	return append([]string{}, d.Damage()...)
}

func (d *Door) workspace() api.Workspace {
	w := d.Options.Workspace
	w.Seq = d.Hub.Seq()
	w.Machine = d.Machine.Glance()
	w.Damage = d.damage()
	for _, x := range d.experiments() {
		w.Counts.Runs += x.Runs
		w.Counts.Live += x.Live
	}
	d.Records.Datasets(func(s *track.Dataset) {
		if !s.Trashed() {
			w.Counts.Datasets++
		}
	})
	d.Records.Projects(func(*track.Project) { w.Counts.Projects++ })
	_ = d.Records.Registry(func(r track.Registry) error { // it counts: it cannot fail
		r.Models(func(m *track.RegisteredModel) {
			if r.Found(m) && registry.IsModel(m) {
				w.Counts.Models++
			}
		})
		return nil
	})
	return w
}

// experiments lists the experiments with the number of their runs.
func (d *Door) experiments() []api.Experiment {
	list := []api.Experiment{}
	d.Records.Experiments(func(x *track.Experiment) {
		if !x.Trashed() {
			list = append(list, api.Experiment{ID: x.ID, Name: x.Name(), Created: x.MadeAt()})
		}
	})
	live := map[string]int{}
	d.Records.Live(func(r track.Brief) {
		if r.Status() == "RUNNING" && !r.Lost() && !r.Gone() {
			live[r.Experiment()]++
		}
	})
	for i := range list {
		x := &list[i]
		x.Live = live[x.ID]
		n := d.Records.Count(x.ID)
		x.Runs = n.All - n.Trashed
	}
	slices.SortFunc(list, func(a, b api.Experiment) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return list
}

// running reports whether a run is at work now. The lock is held.
func (d *Door) running(r *track.Run) bool {
	_, lost := d.Records.Lost(r)
	return !lost && r.End().Status == "RUNNING"
}
