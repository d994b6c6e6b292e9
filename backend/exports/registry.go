package exports

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"dev.varve/backend/imports"
	"dev.varve/backend/registry"
	"dev.varve/backend/track"
)

// Registered calls fn with each registered model, in the order of their names. If
// not everything is chosen, it is the versions made of what is, and the models
// that have any.
func (o *Own) Registered(ctx context.Context, r *imports.Report, fn func(*Registered) error) error {
	list, err := o.registered()
	if err != nil {
		return err
	}
	for _, m := range list {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		m.Files = make([]Files, len(m.Versions))
		for i := range m.Versions {
			m.Files[i] = o.filesOf(m.Name, &m.Versions[i], r)
		}
		if err := fn(m); err != nil {
			return err
		}
	}
	return nil
}

// all reports whether nothing is chosen but everything.
func (o *Own) all() bool { return !o.want.narrow() && o.want.Experiments == nil }

func (o *Own) registered() (list []*Registered, err error) {
	err = o.Record.Registry(func(reg track.Registry) error {
		reg.Models(func(m *track.RegisteredModel) {
			if m.Trashed() || !reg.Found(m) {
				return
			}
			out := &Registered{PastRegistered: track.PastRegistered{
				NewRegisteredModel: track.NewRegisteredModel{Name: m.Name(), Description: m.Description(), Tags: m.Labels.Tags(), Made: m.MadeAt()},
				Aliases:            map[string]uint64{},
			}}
			for _, v := range reg.Versions(m) {
				if !v.Trashed() && (o.all() || o.chosen[v.Facts.Run] || o.logged[v.Facts.LoggedModel]) {
					out.Versions = append(out.Versions, pastVersion(v))
				}
			}
			if len(out.Versions) == 0 && !o.all() {
				return
			}
			slices.SortFunc(out.Versions, func(a, b track.PastVersion) int { return cmp.Compare(a.Number, b.Number) })
			for alias, v := range reg.Aliases(m) {
				if slices.ContainsFunc(out.Versions, func(p track.PastVersion) bool { return p.Number == v.Number() }) {
					out.Aliases[alias] = v.Number()
				}
			}
			list = append(list, out)
		})
		return nil
	})
	slices.SortFunc(list, func(a, b *Registered) int { return strings.Compare(a.Name, b.Name) })
	return list, err
}

func pastVersion(v *track.ModelVersion) track.PastVersion {
	return track.PastVersion{User: v.Facts.User, Stage: v.Stage(), NewModelVersion: track.NewModelVersion{
		Number: v.Number(), Source: v.Facts.Source, Location: v.Facts.Location, Run: v.Facts.Run, LoggedModel: v.Facts.LoggedModel, Description: v.Description(),
		Tags: v.Labels.Tags(), RunLink: v.Facts.RunLink, Status: v.Status(), Message: v.Facts.Message, Made: v.MadeAt(),
	}}
}

// filesOf finds out what a version consists of.
func (o *Own) filesOf(name string, v *track.PastVersion, r *imports.Report) (f Files) {
	if track.IsPrompt(v.Tags) {
		return f // which is text alone
	}
	where := fmt.Sprintf("registered model %s: files of version %d", name, v.Number)
	at, err := registry.Resolve(o.Record, fmt.Sprintf("models:/%s/%d", name, v.Number))
	if r.Fail(where, err) {
		return f
	}
	f.Owner, f.Path = at.Owner, at.Path
	switch {
	case f.Owner.Model != "":
		err = o.Record.Model(f.Owner.Model, func(m *track.LoggedModel) { f.Experiment = m.Experiment })
	case f.Owner.Run != "":
		err = o.Record.Run(f.Owner.Run, func(run *track.Run) { f.Experiment = run.Experiment })
	default:
		r.Skip(where, "they lie at %s, with no run or logged model of this workspace", at.URI)
		return f
	}
	if r.Fail(where, err) {
		return Files{}
	}
	if !o.chosen[f.Owner.Run] && !o.logged[f.Owner.Model] {
		r.Skip(where, "the run or logged model that they belong to is not exported")
	}
	return f
}
