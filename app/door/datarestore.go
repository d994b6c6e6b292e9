package door

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"dev.varve/app/door/api"
	"dev.varve/backend/job"
	"dev.varve/backend/say"
)

const kindRestoreLook = "data.look"

// restoring is one version on its way into a folder.
type restoring struct {
	d                *Door
	dataset, version string // ids
	number           int
	want             api.Restoration
}

func (r restoring) start(name string) api.Job {
	if r.want.Look {
		return r.d.start(kindRestoreLook, fmt.Sprintf("Compare %s version %d with %s", name, r.number, r.want.Dest), r.look)
	}
	return r.d.start(kindRestore, fmt.Sprintf("Restore %s version %d", name, r.number), r.take)
}

func (r restoring) look(ctx context.Context, p *job.Progress) (job.Outcome, error) {
	plan, err := r.d.Data.Restore(ctx, r.dataset, r.version, r.want, p)
	if err != nil {
		return job.Outcome{}, err
	}
	for _, f := range []*api.RestoreFiles{&plan.New, &plan.Over, &plan.Same, &plan.Beside} {
		f.First = full(f.First)
	}
	text, err := json.Marshal(plan)
	return job.Outcome{Result: string(text), Summary: fmt.Sprintf("Restoring version %d over %s: %s.", r.number, r.want.Dest, restoreWords(plan))}, err
}

func (r restoring) take(ctx context.Context, p *job.Progress) (job.Outcome, error) {
	done, err := r.d.Data.Restore(ctx, r.dataset, r.version, r.want, p)
	what := fmt.Sprintf("Version %d", r.number)
	if n := len(r.want.Only); n > 0 {
		what = fmt.Sprintf("%s of version %d", say.Count(n, "part"), r.number)
	}
	is := "is"
	if len(r.want.Only) > 1 {
		is = "are"
	}
	summary := fmt.Sprintf("%s %s in %s.", what, is, r.want.Dest)
	if done.Over.Files+done.Same.Files > 0 {
		summary = strings.TrimSuffix(summary, ".") + ": " + restoreWords(done) + "."
	}
	return job.Outcome{Result: r.dataset, Summary: summary}, err
}

// restoreWords is a plan in words, without what there is none of.
func restoreWords(p api.RestorePlan) string {
	var words []string
	for _, part := range []struct {
		files api.RestoreFiles
		is    string
	}{{p.New, "new"}, {p.Over, "overwritten"}, {p.Same, "the same already"}, {p.Beside, "left alone"}} {
		if part.files.Files > 0 {
			words = append(words, say.Count(int(part.files.Files), "file")+" "+part.is)
		}
	}
	if len(words) == 0 {
		return "nothing to do"
	}
	return strings.Join(words, ", ")
}
