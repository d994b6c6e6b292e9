package results

import (
	"strings"
	"unicode"

	"dev.varve/backend/fault"
)

// Kind is what a column becomes of a run.
type Kind string

// The kinds of columns.
const (
	Param  Kind = "param"
	Metric Kind = "metric"
	Tag    Kind = "tag"
	Name   Kind = "name"
	Start  Kind = "start"
	End    Kind = "end"
	Note   Kind = "note"
	Skip   Kind = "skip"
)

// Kinds are all kinds.
var Kinds = []Kind{Param, Metric, Tag, Name, Start, End, Note, Skip}

// single are the kinds that one column can have.
var single = map[Kind]bool{Name: true, Start: true, End: true, Note: true}

// KindNamed finds a kind.
func KindNamed(name string) (Kind, error) {
	for _, k := range Kinds {
		if string(k) == name {
			return k, nil
		}
	}
	return "", fault.New(fault.Invalid, "a column becomes a param, metric, tag, name, start, end or note, or is left out with skip; not %q", name)
}

// Words of the names of columns, from which their kinds are guessed.
var (
	metricWords = words("acc accuracy loss losses error err rmse mae mse mape smape r2 f1 auc auroc auprc precision recall score scores sensitivity specificity iou dice " +
		"psnr ssim bleu rouge perplexity ppl likelihood logloss nll elbo fid kappa mcc corr correlation std sd stddev mean median variance val test train eval valid validation " +
		"best final result time duration runtime seconds sec latency throughput fps memory energy reward regret yield")
	paramWords = words("lr learning seed batch batchsize epochs epoch depth layers layer hidden dim dims units width size alpha beta gamma lambda eta momentum decay dropout trees " +
		"estimators neighbors neighbours k n c max min rank heads fold folds split temperature kernel stride steps warmup tol window order degree bins threshold weight weights iterations")
	countWords = words("n num number")
	noteWords  = words("note notes comment comments remark remarks description")
	endWords   = words("end ended finish finished stop stopped completed")
	startWords = words("start started date time timestamp begin began created day when")
	tagWords   = words("user author operator person by host machine path file url git commit")
	indexNames = words("index # no nr row")
	nameNames  = []string{"run name", "name", "runname", "run", "title", "run id", "id", "trial", "experiment", "exp", "sample"}
)

func words(list string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(list) {
		set[word] = true
	}
	return set
}

// wordsOf splits the name of a column: valLoss and val_loss are val and loss.
func wordsOf(name string) []string {
	var b strings.Builder
	lower := false
	for _, r := range name {
		if lower && unicode.IsUpper(r) {
			b.WriteByte(' ')
		}
		lower = unicode.IsLower(r)
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '#' {
			b.WriteRune(unicode.ToLower(r))
		} else {
			b.WriteByte(' ')
		}
	}
	return strings.Fields(b.String())
}

func anyOf(list []string, set map[string]bool) bool {
	for _, word := range list {
		if set[word] {
			return true
		}
	}
	return false
}

// prefixes are what MLflow and Varve write before names in tables of runs.
var prefixes = []struct {
	prefix string
	kind   Kind
}{{"metrics.", Metric}, {"params.", Param}, {"tags.", Tag}}

// propose says what columns become.
func (s *Survey) propose() {
	for i := range s.Columns {
		c := &s.Columns[i]
		c.Kind, c.Why = c.guess(s.Rows)
	}
	s.proposeName()
	taken := map[Kind]bool{}
	for i := range s.Columns {
		c := &s.Columns[i]
		if c.Kind != Name && single[c.Kind] && taken[c.Kind] {
			c.Kind, c.Why = Tag, "another column is the "+string(c.Kind)
		}
		taken[c.Kind] = true
	}
}

// proposeName finds the column whose values name the rows.
func (s *Survey) proposeName() {
	for _, name := range append([]string{"tags mlflow run name"}, nameNames...) {
		for i := range s.Columns {
			c := &s.Columns[i]
			if strings.Join(wordsOf(c.Name), " ") == name && c.Filled*10 >= s.Rows*9 && c.distinct() && c.Filled > 0 {
				c.Kind, c.Why = Name, "its values name the rows"
				return
			}
		}
	}
}

// distinct reports whether hardly two values are the same, as far as they were counted.
func (c *Column) distinct() bool {
	return c.Distinct >= maxDistinct || c.Distinct*10 >= c.Filled*9
}

// guess says what a column becomes, and why.
func (c *Column) guess(rows int) (Kind, string) {
	split := wordsOf(c.Name)
	for _, p := range prefixes {
		if strings.HasPrefix(c.Name, p.prefix) && len(c.Name) > len(p.prefix) && (p.kind != Metric || c.numeric()) {
			return p.kind, "its name says so"
		}
	}
	switch {
	case c.Filled == 0:
		return Skip, "it is empty"
	case c.dated() && anyOf(split, endWords):
		return End, "it has dates, and its name is about an end"
	case c.dated():
		return Start, "it has dates"
	case c.numeric() && c.epochs == c.Numbers && (anyOf(split, startWords) || anyOf(split, endWords)):
		if anyOf(split, endWords) {
			return End, "it has times, and its name is about an end"
		}
		return Start, "it has times"
	case c.numeric():
		return c.guessNumber(split, rows)
	case anyOf(split, noteWords):
		return Note, "its name is about notes"
	case anyOf(split, tagWords):
		return Tag, "it has text about the run"
	case c.bytes > 60*c.Filled:
		return Tag, "it has long text"
	case c.Distinct <= 20 || c.Distinct*2 <= c.Filled:
		return Param, "it has text that comes again and again"
	}
	return Tag, "it has text that is different in nearly every row"
}

func (c *Column) guessNumber(split []string, rows int) (Kind, string) {
	last := ""
	if len(split) > 0 {
		last = split[len(split)-1]
	}
	numbering := c.whole == c.Numbers && c.steps >= rows-1 && c.Filled == rows && rows > 1
	switch {
	case numbering && (c.Unnamed || len(split) == 1 && indexNames[last] || strings.HasPrefix(c.Name, "Unnamed: ")):
		return Skip, "it numbers the rows"
	case len(split) > 1 && countWords[split[0]]:
		return Param, "its name is that of a setting"
	case metricWords[last]:
		return Metric, "its name is that of a result"
	case paramWords[last] || anyOf(split, paramWords):
		return Param, "its name is that of a setting"
	case anyOf(split, metricWords):
		return Metric, "its name is that of a result"
	case c.Distinct <= 1 && rows > 1:
		return Param, "it has one number"
	case c.whole == c.Numbers && (c.Distinct <= 12 || c.Distinct*2 <= c.Filled):
		return Param, "it has few whole numbers"
	case c.Distinct*2 > c.Filled:
		return Metric, "it has numbers that are different in most rows"
	}
	return Param, "it has numbers that come again and again"
}
