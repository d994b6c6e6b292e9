package mlflow

import (
	"cmp"
	"context"
	"slices"

	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

// Limits of a search for data sets, as in MLflow.
const (
	mostDatasetExperiments = 20
	mostDatasetSummaries   = 1000
)

type searchDatasets struct {
	everywhere
	ExperimentIDs []string `json:"experiment_ids"`
}

// datasetUse is what runs of one experiment used a data set for.
type datasetUse struct {
	experiment, name, digest, context string
	hasContext                        bool
}

func (u datasetUse) compare(v datasetUse) int {
	return cmp.Or(cmp.Compare(u.experiment, v.experiment), cmp.Compare(u.name, v.name), cmp.Compare(u.digest, v.digest),
		cmp.Compare(u.context, v.context))
}

// searchDatasets answers with the data sets that the runs of experiments read,
// each with what they were used for, sorted.
func (d *door) searchDatasets(_ context.Context, req *searchDatasets, out []byte) ([]byte, error) {
	switch n := len(req.ExperimentIDs); {
	case n == 0:
		return nil, fault.New(fault.Invalid, "SearchDatasets request must specify at least one experiment_id.")
	case n > mostDatasetExperiments:
		return nil, fault.New(fault.Invalid, "SearchDatasets request cannot specify more than %d experiment_ids. Received %d experiment_ids.",
			mostDatasetExperiments, n)
	}
	used := map[datasetUse]bool{}
	d.Tracker.Briefs(req.ExperimentIDs, func(b track.Brief) bool {
		for _, in := range b.Inputs() {
			used[datasetUse{b.Experiment(), in.Name, in.Digest, in.Context, in.HasContext}] = true
		}
		return len(used) < mostDatasetSummaries
	})
	list := make([]datasetUse, 0, len(used))
	for u := range used {
		list = append(list, u)
	}
	slices.SortFunc(list, datasetUse.compare)
	out = append(out, '{')
	if len(list) > 0 {
		out = append(appendSummaries(append(member(out, "dataset_summaries"), '['), list), ']')
	}
	return append(out, '}'), nil
}

func appendSummaries(out []byte, list []datasetUse) []byte {
	for _, u := range list[:min(len(list), mostDatasetSummaries)] {
		out = memberString(append(next(out), '{'), "experiment_id", u.experiment)
		out = memberString(out, "name", u.name)
		out = memberString(out, "digest", u.digest)
		if u.hasContext {
			out = memberString(out, "context", u.context)
		}
		out = append(out, '}')
	}
	return out
}
