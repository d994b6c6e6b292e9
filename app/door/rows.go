package door

import (
	"encoding/hex"

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
		ID: r.ID, Name: r.Name(), Experiment: r.Experiment, User: r.User,
		Started: r.Start, Ended: end.End, Reason: end.Reason, Trashed: d.Records.Gone(r),
		Params: make(map[string]string, len(r.Params)), Metrics: make(map[string]api.Number, len(r.Metrics)),
		Data: make([]api.DataUse, 0, len(r.Datasets)),
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

// number fills in the version numbers of the data that runs used.
func (d *Door) number(rows []api.RunRow) {
	wanted := map[string][]*api.DataUse{} // by data set
	for i := range rows {
		for j := range rows[i].Data {
			if u := &rows[i].Data[j]; u.Version != "" {
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
