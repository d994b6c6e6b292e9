package search

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// someNames are names as a workspace has them.
type someNames struct{}

func (someNames) Keys(kind Kind) []Name {
	switch kind {
	case Metric:
		return []Name{{"loss", 40}, {"val/loss", 30}, {"test rmse", 3}}
	case Param:
		return []Name{{"lr", 40}, {"model", 39}}
	case Tag:
		return []Name{{"team", 9}, {"mlflow.user", 40}, {"a`b", 1}}
	case Data:
		return []Name{{"wine", 12}, {"wine quality", 2}}
	}
	return nil
}

func (someNames) Values(c Column) []Name {
	switch c {
	case Column{Param, "model"}, Column{Loose, "model"}:
		return []Name{{"elastic", 30}, {"forest", 9}, {"it's", 1}, {`both ' and "`, 1}}
	case Column{Param, "lr"}:
		return []Name{{"0.1", 30}, {"auto", 9}}
	case Column{Attribute, "user_id"}:
		return []Name{{"anna", 30}}
	}
	return nil
}

var completions = []struct {
	query string // with | where the cursor is
	want  string // the first suggestions
	after string // the query with the first one taken
}{
	{"|", "metrics.loss metrics.val/loss metrics.`test rmse` params.lr params.model tags.team data.wine", "metrics.loss"},
	{"los|", "metrics.loss metrics.val/loss", "metrics.loss"},
	{"lo|ss < 1", "metrics.loss metrics.val/loss", "metrics.loss < 1"},
	{"x AND MODE|", "params.model", "x AND params.model"},
	{"test|", "metrics.`test rmse`", "metrics.`test rmse`"},
	{"metrics.`te|", "metrics.`test rmse`", "metrics.`test rmse`"},
	{"metrics.|", "metrics.loss metrics.val/loss metrics.`test rmse`", "metrics.loss"},
	{"tags.ml|", "tags.mlflow.user", "tags.mlflow.user"},
	{"(NOT sta|", "status started", "(NOT status"},
	{"dur|", "duration", "duration"},
	{"min(|", "metrics.loss metrics.val/loss metrics.`test rmse`", "min(metrics.loss"},
	{"min(metrics.loss) |", "< <= > >= = != BETWEEN IN", "min(metrics.loss) <"},
	{"metrics.loss |", "< <= > >= = != BETWEEN IN IS NULL", "metrics.loss <"},
	{"metrics.loss AT 100 |", "< <=", "metrics.loss AT 100 <"},
	{"params.model |", "= != <", "params.model ="},
	{"params.model li|", "LIKE ILIKE", "params.model LIKE"},
	{"params.model NOT |", "IN LIKE ILIKE MATCHES BETWEEN", "params.model NOT IN"},
	{"params.model IS |", "NULL NOT NULL", "params.model IS NULL"},
	{"params.model = |", "'elastic' 'forest' \"it's\"", "params.model = 'elastic'"},
	{"params.model = fo|", "'forest'", "params.model = 'forest'"},
	{"params.model = 'fo|", "'forest'", "params.model = 'forest'"},
	{"params.model = 'fo|' AND x", "'forest'", "params.model = 'forest' AND x"},
	{"model IN ('elastic', |", "'elastic' 'forest'", "model IN ('elastic', 'elastic'"},
	{"params.lr = |", "0.1 'auto'", "params.lr = 0.1"},
	{"user = |", "'anna'", "user = 'anna'"},
	{"status = |", "waiting running finished failed stopped lost", "status = waiting"},
	{"status IN (f|", "finished failed", "status IN (finished"},
	{"started |", "in last 7 days in last 24 hours > >=", "started in last 7 days"},
	{"started in |", "last 24 hours last 7 days last 30 days today yesterday (", "started in last 24 hours"},
	{"started > y|", "yesterday today", "started > yesterday"},
	{"metrics.loss < 1 |", "AND OR", "metrics.loss < 1 AND"},
	{"metrics.loss BETWEEN 1 AND 2 |", "AND OR", "metrics.loss BETWEEN 1 AND 2 AND"},
	{"started in last 7 days |", "AND OR", "started in last 7 days AND"},
	{"started in last 7d |", "AND OR", "started in last 7d AND"},
	{"started = today o|", "OR", "started = today OR"},
	{"params.model IS NULL o|", "OR", "params.model IS NULL OR"},
	{"model IN ('a') |", "AND OR", "model IN ('a') AND"},
	{"'some words' |", "AND OR", "'some words' AND"},
	{"elastic or|", "OR", "elastic OR"},
	{"elastic metrics.loss < 1 AND use|", "user", "elastic metrics.loss < 1 AND user"},
	{"metrics.loss < |", "", ""},
	{"params.model LIKE |", "", ""},
}

func TestComplete(t *testing.T) {
	for _, c := range completions {
		cursor := strings.IndexByte(c.query, '|')
		query := c.query[:cursor] + c.query[cursor+1:]
		got := Complete(query, cursor, someNames{})
		var words []string
		for _, s := range got {
			words = append(words, s.Insert)
		}
		if all := strings.Join(words, " "); !strings.HasPrefix(all, c.want) || c.want == "" && all != "" {
			t.Errorf("%s: %s", c.query, all)
			continue
		}
		if len(got) > 0 {
			if after := query[:got[0].From] + got[0].Insert + query[got[0].To:]; after != c.after {
				t.Errorf("%s becomes %s", c.query, after)
			}
		}
	}
	if got := Complete("los", 3, someNames{}); got[0].Runs != 40 || got[0].Kind != SuggestKey {
		t.Errorf("%+v", got[0])
	}
	if Complete("x", 1, nil) == nil {
		t.Error("without names nothing is offered")
	}
}

// FuzzComplete asks at every place of any text.
func FuzzComplete(f *testing.F) {
	f.Add("status = 'a' AND min(metrics.`x y`) BETWEEN 1 AND 2 started in last 7 days", 12)
	f.Add("params.model IN ('el", 20)
	f.Fuzz(func(t *testing.T, query string, cursor int) {
		for _, s := range Complete(query, cursor, someNames{}) {
			if s.From < 0 || s.To < s.From || len(query) < s.To || s.Insert == "" {
				t.Fatalf("%q at %d: %+v", query, cursor, s)
			}
			if utf8.ValidString(query) && !utf8.ValidString(query[:s.From]+query[s.To:]) {
				t.Fatalf("%q at %d: %+v cuts a character", query, cursor, s)
			}
		}
		Advise(query, someNames{})
	})
}

func TestAdvise(t *testing.T) {
	for _, c := range []struct{ query, part, instead string }{
		{"metrics.loss < 1 AND model = elastic AND user = x AND tags.team = red AND data.wine = 3", "", ""},
		{"metrics.los < 1", "metrics.los", "metrics.loss"}, {"statsu = failed", "statsu", "status"}, {"min(metrics.xyz) < 1", "metrics.xyz", ""}, {"min(los) < 1", "los", "loss"},
		{"param.mdoel = 'x'", "param.mdoel", "param.model"}, {"data.wnie = 3", "data.wnie", "data.wine"}, {"elastic or wine", "", ""}, {"metrics.`test rms` < 1", "metrics.`test rms`", "metrics.`test rmse`"},
		{"status = 'finished'", "'finished'", "finished"}, {"status != 'Nonsense'", "'Nonsense'", ""}, {"status = 'FINISHED'", "", ""}, {"note = x OR parent = y", "", ""}, {"x NOT IN (1)", "x", ""},
	} {
		got := Advise(c.query, someNames{})
		if c.part == "" && len(got) == 0 {
			continue
		}
		if len(got) != 1 || c.query[got[0].Offset:got[0].End] != c.part || got[0].Instead != c.instead || got[0].Message == "" {
			t.Errorf("%s: %+v", c.query, got)
		}
	}
}
