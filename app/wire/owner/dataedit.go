package owner

import (
	"context"

	"dev.varve/app/door"
	"dev.varve/app/door/api"
	"dev.varve/backend/content"
	"dev.varve/backend/dataset"
	"dev.varve/backend/ignore"
	"dev.varve/backend/job"
	"dev.varve/backend/track"
)

// Edit lays down the next version of a data set as one that is there with some
// paths changed.
func (d data) Edit(ctx context.Context, id, version string, e api.DataEdit, p *job.Progress) (door.AddedData, error) {
	defer d.o.puts.enter()() // nothing of the version goes meanwhile
	s := d.o.datasets()
	base, err := s.Find(id, version)
	if err != nil {
		return door.AddedData{}, err
	}
	want := dataset.Edit{
		Base: base, Message: e.Message, Ignore: ignore.Options{Git: e.GitIgnore, DVC: e.DVCIgnore}, Now: d.o.clock.Now(),
	}
	if err := d.o.tracker.Dataset(id, func(s *track.Dataset) { want.Name = s.Name() }); err != nil {
		return door.AddedData{}, err
	}
	for _, put := range e.Put {
		want.Put = append(want.Put, dataset.Put{At: content.FromText(put.At), Path: put.Path})
	}
	for _, path := range e.Remove {
		want.Remove = append(want.Remove, content.FromText(path))
	}
	for _, m := range e.Move {
		want.Move = append(want.Move, dataset.Move{From: content.FromText(m.From), To: content.FromText(m.To)})
	}
	added, err := s.Edit(ctx, want, report(ctx, p))
	return addedData(added), err
}
