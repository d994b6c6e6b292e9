package door

import (
	"encoding/hex"
	"slices"

	"dev.varve/app/door/api"
	"dev.varve/backend/chart"
	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

// row copies a run for the table. The lock is held; numbers of versions are
// filled in afterwards (number).
func (d *Door) row(r *track.Run) api.RunRow {
	end := r.End()
	row := api.RunRow{
		RunFacts: api.RunFacts{
			ID: r.ID, Name: r.Name(), Experiment: r.Experiment, User: r.User,
			Started: r.Start, Ended: end.End, Reason: end.Reason, Trashed: d.Records.Gone(r), Data: make([]api.DataUse, 0, len(r.Datasets)),
		},
		Params: make(map[string]string, len(r.Params)), Metrics: make(map[string]api.Number, len(r.Metrics)),
	}
	row.Status = statusOf(end.Status)
	if reason, lost := d.Records.Lost(r); lost {
		row.Status, row.Reason, row.Ended = api.Lost, fault.Sentence(reason), 0
	}
	row.Parent, _ = r.Labels.Tag(track.TagParent)
	row.Source = r.Source()
	for key, p := range r.Params {
		row.Params[key] = p.Value
	}
	for key, m := range r.Metrics {
		if !chart.System(key) {
			row.Metrics[key] = api.Number(m.Last.Value)
		}
	}
	for i := range r.Datasets {
		row.Data = append(row.Data, use(&r.Datasets[i].Value))
	}
	return row
}

func use(in *event.DatasetInput) api.DataUse {
	u := api.DataUse{Name: in.Name, Dataset: in.Dataset, Version: in.Version, Digest: in.Digest}
	if len(in.Content) > 0 {
		u.Digest = hex.EncodeToString(in.Content)
	}
	u.Context, _ = track.ContextOf(in)
	return u
}

// statusOf says MLflow's statuses in the words of the pages.
func statusOf(status string) api.RunStatus { return api.RunStatus(track.StateOf(status)) }

// facts copies what columns say of a run. The lock is held; numbers of versions
// are filled in afterwards (number).
func facts(b track.Brief) api.RunFacts {
	state, reason := b.State()
	f := api.RunFacts{
		ID: b.ID(), Name: b.Name(), Experiment: b.Experiment(), Parent: b.Parent(), Status: api.RunStatus(state), Reason: fault.Sentence(reason),
		User: b.User(), Started: b.Start(), Source: b.Source(), Trashed: b.Gone(), Data: []api.DataUse{},
	}
	if f.Status != api.Lost {
		f.Ended, f.Reason = b.End(), reason
	}
	for _, in := range b.Inputs() {
		f.Data = append(f.Data, api.DataUse{Name: in.Name, Dataset: in.ID, Version: in.Version, Digest: in.Digest, Context: in.Context})
	}
	return f
}

// number fills in the version numbers of the data that runs used, and the
// digests of their content.
func (d *Door) number(rows ...*api.RunFacts) {
	wanted := map[string][]*api.DataUse{} // by data set
	for _, row := range rows {
		for j := range row.Data {
			if u := &row.Data[j]; u.Version != "" {
				wanted[u.Dataset] = append(wanted[u.Dataset], u)
			}
		}
	}
	for dataset, uses := range wanted {
		// A data set that has not arrived yet has no numbers: they stay open.
		_ = d.Records.Dataset(dataset, func(s *track.Dataset) {
			numbers := versionNumbers(s)
			for _, u := range uses {
				u.Number = numbers[u.Version]
				if i := slices.IndexFunc(s.Versions, func(v track.Stamped[event.DatasetVersion]) bool { return v.Value.ID == u.Version }); i >= 0 {
					u.Digest = hex.EncodeToString(s.Versions[i].Value.Digest)
				}
			}
		})
	}
}

func versionNumbers(s *track.Dataset) map[string]int {
	numbers := map[string]int{}
	for i, n := range s.Numbers() {
		numbers[s.Versions[i].Value.ID] = int(n)
	}
	return numbers
}
