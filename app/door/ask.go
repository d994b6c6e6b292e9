package door

import (
	"context"
	"errors"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"dev.varve/app/door/api"
	"dev.varve/backend/fault"
	"dev.varve/backend/search"
)

type suggestQuery struct {
	Experiment []string `query:"experiment,explode" doc:"Ids of experiments; none: all"`
	Filter     string   `query:"filter" maxLength:"10000" doc:"What is written so far"`
	Cursor     int      `query:"cursor" minimum:"0" doc:"Where, in characters"`
}

func (d *Door) describeAsk(h huma.API) {
	add(d, h, post("/runs/counts", "countRuns", "runs", "How many runs answer each of several questions"), d.countRuns)
	add(d, h, get("/runs/suggest", "suggest", "runs", "What can stand at a place of a filter"), d.suggest)
}

// countRuns counts what several questions find. A question that is wrong finds
// nothing: whoever asks it alone is told why.
func (d *Door) countRuns(ctx context.Context, in *struct{ Body api.CountQuery }) (*answer[api.RunCounts], error) {
	out := api.RunCounts{Seq: d.Hub.Seq(), Counts: make([]int, len(in.Body.Questions))}
	for i := range in.Body.Questions {
		asked := &in.Body.Questions[i]
		q, err := d.question(asked, d.given(asked.Texts()...))
		if errors.Is(err, fault.Invalid) {
			out.Counts[i] = -1
			continue
		}
		if err != nil {
			return nil, err
		}
		q.Limit = 1
		found, err := d.Records.Find(ctx, q)
		if err != nil {
			return nil, err
		}
		out.Counts[i] = found.Matching
	}
	return the(out, nil)
}

func (d *Door) suggest(_ context.Context, in *suggestQuery) (*answer[api.Suggestions], error) {
	at := byteOf(in.Filter, in.Cursor)
	out := api.Suggestions{Suggestions: []api.Suggestion{}}
	for _, s := range search.Complete(in.Filter, at, d.Records.Vocabulary(in.Experiment)) {
		out.Suggestions = append(out.Suggestions, api.Suggestion{
			Insert: s.Insert, From: characterOf(in.Filter, s.From), To: characterOf(in.Filter, s.To), Kind: string(s.Kind), Runs: s.Runs,
		})
	}
	return the(out, nil)
}

// advise remarks on a filter that found nothing.
func (d *Door) advise(in *api.Question) []api.Advice {
	list := []api.Advice{}
	for _, a := range search.Advise(in.Filter, d.Records.Vocabulary(experimentsOf(in.Experiments))) {
		list = append(list, api.Advice{
			From: characterOf(in.Filter, a.Offset), To: characterOf(in.Filter, a.End), Message: a.Message, Hint: a.Hint, Instead: a.Instead,
		})
	}
	return list
}

// experimentsOf are the experiments that a question is about, as the tracker
// takes them: none named are all of them.
func experimentsOf(named []string) []string {
	if len(named) == 0 {
		return nil
	}
	return named
}

// byteOf is the place of a character in a text, and its length for what lies
// behind its end.
func byteOf(s string, character int) int {
	at := 0
	for range character {
		_, n := utf8.DecodeRuneInString(s[at:])
		at += n
	}
	return at
}

// characterOf is the opposite of byteOf.
func characterOf(s string, at int) int { return utf8.RuneCountInString(s[:at]) }
