package search

import (
	"errors"
	"math"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"dev.varve/backend/fault"
)

// runRow is a run in memory, with all that a query can ask about.
type runRow struct {
	testRow
	min, max map[string]float64
	at       map[string]map[int64]float64
}

func (r *runRow) Min(key string) (float64, bool) { v, ok := r.min[key]; return v, ok }
func (r *runRow) Max(key string) (float64, bool) { v, ok := r.max[key]; return v, ok }
func (r *runRow) At(key string, step int64) (float64, bool) {
	v, ok := r.at[key][step]
	return v, ok
}

func (r *runRow) Params(yield func(key, value string) bool) { every(r.params, yield) }
func (r *runRow) Tags(yield func(key, value string) bool)   { every(r.tags, yield) }

func every(m map[string]string, yield func(key, value string) bool) {
	for k, v := range m {
		if !yield(k, v) {
			return
		}
	}
}

var _ RunRow = &runRow{}

var berlin = time.FixedZone("Berlin", 3600)

// given is a Sunday at noon, in a zone that is not UTC.
var given = Given{
	Now: time.Date(2026, 11, 22, 12, 0, 0, 0, berlin),
	VersionNumber: func(dataset, version string) int64 {
		return map[[2]string]int64{{"d1", "v1"}: 2, {"d1", "v2"}: 3, {"d2", "v1"}: 10}[[2]string{dataset, version}]
	},
}

func ms(year int, month time.Month, day, hour, minute int) Value {
	return Number(float64(time.Date(year, month, day, hour, minute, 0, 0, berlin).UnixMilli()))
}

// runs are the runs that the tables below search, by one letter.
var runs = map[string]*runRow{
	"a": {
		testRow: testRow{
			metrics: map[string]float64{"loss": 0.5, "val/loss": 0.7, "acc": 0.9},
			params:  map[string]string{"lr": "0.10", "model": "elastic", "depth": "3", "layer.0": "relu"},
			tags:    map[string]string{"team": "red", noteTag: "Nice WINE, good crop", "mlflow.source.name": "secret.py", "seed": "7"},
			attributes: map[string]Value{
				"run_id": Text("aaaa1111bbbb2222"), "run_name": Text("amber-mayfly-318"), "user_id": Text("anna"), "status": Text("FINISHED"),
				"state": Text("finished"), "experiment": Text("Wine quality"), "start_time": ms(2026, 11, 20, 9, 30), "end_time": ms(2026, 11, 20, 12, 0),
				"exit_code": Number(0), "children": Number(2),
			},
			datasets: []Dataset{{Name: "wine", Digest: "abc", Context: "training", HasContext: true, ID: "d1", Version: "v2"}, {Name: "iris", Digest: "zzz"}},
		},
		min: map[string]float64{"loss": 0.05}, max: map[string]float64{"loss": 2},
		at: map[string]map[int64]float64{"loss": {100: 0.4}},
	},
	"b": {
		testRow: testRow{
			metrics: map[string]float64{"loss": math.NaN(), "lr": 0.3},
			params:  map[string]string{"lr": "auto", "model": "Forest"},
			tags:    map[string]string{"team": "blue", parentTag: "aaaa1111bbbb2222"},
			attributes: map[string]Value{
				"run_id": Text("bbbb0000"), "run_name": Text("baseline 2"), "user_id": Text("ben"), "status": Text("FAILED"), "state": Text("lost"),
				"experiment": Text("wine"), "start_time": ms(2026, 11, 15, 11, 59), "reason": Text("out of memory"), "exit_code": Number(137), "children": Number(0),
			},
			datasets: []Dataset{{Name: "wine", Digest: "def", ID: "d1", Version: "v1"}},
		},
		max: map[string]float64{"loss": 5},
	},
	"c": {
		testRow: testRow{
			params: map[string]string{"lr": "1e-1", "model": "elastic net"},
			attributes: map[string]Value{
				"run_id": Text("cccc"), "run_name": Text("baseline 10"), "status": Text("RUNNING"), "start_time": ms(2026, 11, 22, 8, 0), "children": Number(0),
			},
		},
	},
}

// found returns the letters of the runs that a query finds.
func found(t testing.TB, query string) string {
	t.Helper()
	f, err := ParseQuery(query, given)
	if err != nil {
		t.Fatalf("%s: %v (%s)", query, err, fault.HintOf(err))
	}
	var out []string
	for letter, row := range runs {
		if f.Match(row) {
			out = append(out, letter)
		}
	}
	slices.Sort(out)
	return strings.Join(out, "")
}

var queryCases = []struct {
	name  string
	cases [][2]string
}{
	{"MLflow's own", [][2]string{
		{"", "abc"}, {"  \n", "abc"}, {"metrics.loss < 1", "a"}, {"metrics.loss < 1 AND params.model = 'elastic'", "a"},
		{"params.lr = '0.1'", ""}, {"params.lr = '0.10'", "a"}, {"status = 'FAILED'", "b"}, {"status = 'failed'", ""},
		{"tags.team != 'red'", "b"}, {"datasets.name != 'wine'", "a"}, {"datasets.name NOT IN ('wine')", "a"}, {"metrics.loss != 0", "ab"},
	}},
	{"and, or, not", [][2]string{
		{"metrics.loss < 1 OR status = 'RUNNING'", "ac"}, {"NOT metrics.loss < 1", "b"}, {"NOT (metrics.loss < 1 OR status = 'RUNNING')", "b"},
		{"NOT params.model = 'elastic'", "bc"}, {"NOT NOT params.model = 'elastic'", "a"}, {"not tags.team = 'red'", "b"}, {"NOT tags.team IS NULL", "ab"},
		{"user = anna OR user = ben AND status = running", "a"}, {"(user = anna OR user = ben) AND status = lost", "b"},
		{"(metrics.loss < 1) params.model = 'elastic'", "a"}, {"NOT (tags.team = 'red' AND params.model = 'elastic')", "bc"},
		{"NOT (tags.team = 'red' OR tags.team = 'blue')", ""}, {"((((metrics.loss < 1))))", "a"}, {"NOT metrics.loss = 0.5", "b"},
	}},
	{"numbers", [][2]string{
		{"params.lr = 0.1", "ac"}, {"params.lr != 0.1", "b"}, {"params.lr < 0.2", "ac"}, {"NOT params.lr < 0.2", "b"}, {"params.lr BETWEEN 0.05 AND 0.1", "ac"},
		{"params.lr IN (0.1, 5)", "ac"}, {"params.lr NOT IN (0.1)", "b"}, {"params.lr IN (0.1, 'auto')", "abc"}, {"params.lr IN ('0.1')", ""},
		{"params.lr NOT IN (0.1, AUTO)", ""}, {"metrics.loss IN (.5, 1)", "a"}, {"metrics.loss NOT BETWEEN 0 AND 1", "b"}, {"metrics.loss = nan", "b"},
		{"metrics.loss != NaN", "a"}, {"metrics.loss < inf", "a"}, {"metrics.loss == 0.5", "a"}, {"metrics.loss <> 0.5", "b"}, {"tags.seed >= 7", "a"},
		{"exit_code = 137", "b"}, {"exit_code != 0", "b"}, {"children > 0", "a"}, {"exit_code IN (0, 1)", "a"}, {"params.depth=3 OR params.x=1", "a"},
	}},
	{"aggregates and steps", [][2]string{
		{"min(metrics.loss) < 0.1", "a"}, {"MIN(loss)<0.1", "a"}, {"max(metrics.loss) > 1", "ab"}, {"last(metrics.loss) < 1", "a"}, {"min(metrics.loss) IS NULL", "bc"},
		{"metrics.loss AT 100 < 0.5", "a"}, {"loss AT 100 < 0.5", "a"}, {"metrics.loss AT 99 < 0.5", ""}, {"NOT metrics.loss AT 100 < 0.5", ""},
		{"metrics.loss AT 100 IS NULL", "bc"}, {"min(`val/loss`) IS NULL", "abc"},
	}},
	{"names alone", [][2]string{
		{"loss < 1", "a"}, {"val/loss < 1", "a"}, {"lr = 0.3", "b"}, {"lr = 0.1", "ac"}, {"lr = auto", "b"}, {"model = elastic", "a"}, {"team = red", "a"},
		{"lr IS NULL", ""}, {"acc IS NULL", "bc"}, {"seed = 7", "a"}, {"NOT lr = 0.3", "ac"}, {"Status = Lost", "b"}, {"`layer.0` = relu", "a"}, {"params.layer.0 = relu", "a"},
	}},
	{"texts", [][2]string{
		{"params.model = ELASTIC", "a"}, {"params.model = 'ELASTIC'", ""}, {"params.model != elastic", "bc"}, {"params.model IN (elastic, forest)", "ab"},
		{"params.model IN ('elastic', 'forest')", "a"}, {"params.model IN (('elastic', 'Forest',))", "ab"}, {"params.model LIKE 'elastic%'", "ac"}, {"params.model NOT LIKE 'elastic%'", "b"},
		{"params.model ILIKE 'f%'", "b"}, {"params.model MATCHES '^elastic( net)?$'", "ac"}, {"params.model =~ 'ela'", "ac"}, {"params.model !~ 'ela'", "b"},
		{"params.model NOT MATCHES '(?i)FOREST'", "ac"}, {"name LIKE 'baseline%'", "bc"}, {"name = amber-mayfly-318", "a"}, {"user IN (anna, ben)", "ab"}, {"user IS NULL", "c"},
		{"reason LIKE '%memory%'", "b"}, {"note ILIKE '%wine%'", "a"}, {"note IS NULL", "bc"}, {"experiment = wine", "b"}, {"experiment = 'Wine quality'", "a"},
		{"run_name IN ('baseline 2')", "b"}, {"id = cccc", "c"}, {"attributes.user = anna", "a"}, {"name = 5", ""},
	}},
	{"states", [][2]string{
		{"status = lost", "b"}, {"status = FAILED", ""}, {"status = failed OR status = 'FAILED'", "b"}, {"status != finished", "bc"}, {"status IN (running, lost)", "bc"},
		{"status IN ('FAILED', finished)", "ab"}, {"status NOT IN (Running, 'FAILED')", "a"}, {"status LIKE 'F%' OR children > 5", "ab"}, {"status IS NULL", ""}, {"NOT status = running", "ab"},
	}},
	{"times", [][2]string{
		{"start_time > '2026-11-20'", "c"}, {"start_time >= '2026-11-20'", "ac"}, {"start_time < '2026-11-20'", "b"}, {"start_time <= '2026-11-20'", "ab"},
		{"started = 2026-11-20", "a"}, {"started != 2026-11-20", "bc"}, {"started = '2026-11-20 09:30'", "a"}, {"started = 2026-11-20 09:30", "a"}, {"started = 2026-11-20T08:30Z", "a"},
		{"started > 2026-11-20T09:30", "c"}, {"started >= 2026-11-20T09:30:00", "ac"}, {"started IN 2026-11", "abc"}, {"started = 2026", "abc"}, {"started BETWEEN 2026-11-15 AND 2026-11-20", "ab"},
		{"started IN (2026-11-15, today)", "bc"}, {"started NOT IN (2026-11-15, today)", "a"}, {"started = today", "c"}, {"started < yesterday", "ab"}, {"started IN today", "c"},
		{"started in last 7 days", "ac"}, {"started last 7 days", "ac"}, {"last 7 days", "ac"}, {"LAST 8 DAYS", "abc"}, {"started NOT IN last 7 days", "b"}, {"NOT last 7 days", "b"},
		{"started in last 7d", "ac"}, {"started in last week", "ac"}, {"started in last 24 hours", "c"}, {"started in last 1 month", "abc"}, {"created in last 90 minutes", ""}, {"last year", "abc"},
		{"ended in last 7 days", "a"}, {"end_time IS NULL", "bc"}, {"ended IS NULL AND status = running", "c"}, {"start_time > 5 OR children > 5", "abc"},
	}},
	{"durations", [][2]string{
		{"duration > 2h", "ac"}, {"duration > 2 hours", "ac"}, {"duration >= 2h30m", "ac"}, {"duration > 2.5h", "c"}, {"duration < 1d", "ac"}, {"duration IS NULL", "b"},
		{"duration BETWEEN '3h' AND 4h", "c"}, {"duration = 150min", "a"}, {"duration IN (150 m, 4h)", "ac"}, {"NOT duration > 2h", ""},
	}},
	{"data", [][2]string{
		{"data = wine", "ab"}, {"data = 'wine@3'", "a"}, {"data = wine@2", "b"}, {"data = wine@def", "b"}, {"data != wine", ""}, {"data != 'iris'", "b"}, {"data IS NULL", "c"},
		{"data IN (iris, wine@2)", "ab"}, {"data LIKE 'ir%'", "a"}, {"data.wine = 3", "a"}, {"data.wine < 3", "b"}, {"data.wine != 3", "b"}, {"data.wine IN (2, 3)", "ab"}, {"data.wine = abc", "a"},
		{"data.iris IS NULL", "bc"}, {"data.iris IS NOT NULL", "a"}, {"data.iris = 1", ""}, {"datasets.version >= 3", "a"}, {"NOT datasets.name = 'iris'", "b"}, {"datasets.digest MATCHES '^a'", "a"},
		{"datasets.context IN ('training')", "a"},
	}},
	{"parents", [][2]string{
		{"parent = 'aaaa1111bbbb2222'", "b"}, {"parent IS NULL", "ac"}, {"parent IS NOT NULL", "b"}, {"children = 0", "bc"},
	}},
	{"free text", [][2]string{
		{"elastic", "ac"}, {"ELASTIC", "ac"}, {"'elastic net'", "c"}, {"\"elastic net\"", "c"}, {"elastic net", "c"}, {"net elastic", "c"}, {"elastic OR red", "ac"}, {"NOT elastic", "b"},
		{"wine", "a"}, {"secret", ""}, {"amber-mayfly-318", "a"}, {"318", "a"}, {"baseline status = running", "c"}, {"status = running baseline", "c"}, {"elastic metrics.loss < 1", "a"},
		{"aaaa1111", "a"}, {"aaaa111", ""}, {"AAAA1111BBBB2222", "a"}, {"run.py", ""}, {"data.csv", ""}, {"'and'", ""}, {"0.1", "a"}, {"elastic AND NOT net", "a"}, {"elastic (net)", "c"}, {"mlflow", ""}, {"''", "abc"},
		{"last", "ac"}, {"min", ""}, {"loss", ""}, {"`elastic net`", "c"},
	}},
}

func TestQuery(t *testing.T) {
	for _, group := range queryCases {
		for _, c := range group.cases {
			if got := found(t, c[0]); got != c[1] {
				t.Errorf("%s: %s finds %q, not %q", group.name, c[0], got, c[1])
			}
		}
	}
}

// TestQueryOfPlainRows shows that a row that knows only MLflow's questions
// lacks what the others ask about.
func TestQueryOfPlainRows(t *testing.T) {
	row := &testRow{metrics: map[string]float64{"m": 1}, attributes: map[string]Value{"status": Text("KILLED"), "start_time": Number(1), "run_name": Text("x")},
		tags: map[string]string{noteTag: "hello"}}
	for query, want := range map[string]bool{
		"min(m) < 5": false, "m AT 1 = 1": false, "min(m) IS NULL": true, "status = stopped": true, "duration IS NULL": true, "hello": true, "X": true, "other": false,
	} {
		f, err := ParseQuery(query, Given{Now: time.Now()})
		if err != nil || f.Match(row) != want {
			t.Errorf("%s is not %v: %v", query, want, err)
		}
	}
}

func TestQueryErrors(t *testing.T) {
	for _, c := range []struct{ query, part, instead string }{
		{"metrics.loss < 1 OR", "", ""}, {"OR metrics.loss < 1", "OR", ""}, {"(metrics.loss < 1", "(", ""}, {"metrics.loss < 1)", ")", ""}, {"()", ")", ""},
		{"a = 1 OR AND b = 2", "AND", ""}, {"NOT", "", ""}, {"elastic, net", ",", ""}, {"< 5", "<", ""}, {"'loss' < 5 OR x", "'loss'", ""}, {"5 < loss", "5", ""},
		{"metrics.loss", "metrics.loss", ""}, {"metrics.loss OR x", "metrics.loss", ""}, {"metrcs.loss < 1", "metrcs", "metrics"}, {"foo.bar < 1", "foo", ""},
		{"metrics. < 1", "metrics.", ""}, {"metrics.a*b < 1", "*", ""}, {"attributes.statsu = lost", "statsu", "status"}, {"datasets.nam = 'x' OR a", "nam", "name"},
		{"status = finishd", "finishd", "finished"}, {"status = good", "good", ""}, {"status IN ('finished')", "'finished'", ""}, {"status < failed", "<", ""},
		{"metrics.loss LIKE 'x'", "LIKE", ""}, {"name < 5", "<", ""}, {"metrics.loss < '1'", "'1'", ""}, {"params.lr < '1'", "'1'", ""}, {"metrics.loss < abc", "abc", ""}, {"metrics.loss < nan", "<", ""},
		{"params.lr < nan", "nan", ""}, {"name = my run", "my run", "'my run'"}, {"name = NULL", "NULL", ""}, {"name = ", "", ""}, {"name = `x`", "`x`", ""}, {"name = a.'b'", "a.'b'", ""},
		{"name = params.model", "params.model", ""}, {"name LIKE x%", "x%", ""}, {"name MATCHES '('", "'('", ""}, {"name MATCHES '(?=x)'", "'(?=x)'", ""}, {"name =~ 'x{1000}y{1000}'", "'x{1000}y{1000}'", ""},
		{"name =< 'x'", "=<", ""}, {"name IS x", "x", ""}, {"name IN 'x'", "'x'", ""}, {"name IN ()", "()", ""}, {"name IN ('x'", "(", ""}, {"name IN ('x' 'y')", "'y'", ""}, {"name IN ('x',,'y')", ",", ""},
		{"loss IN (1, 'x')", "1", ""}, {"metrics.loss IN (1, nan)", "nan", ""}, {"metrics.loss BETWEEN nan AND 1", "nan", ""}, {"metrics.loss BETWEEN 1 OR 2", "OR", ""}, {"don't", "'t", ""}, {"params.\"x", "\"x", ""}, {"min(params.lr) < 1", "params.lr", ""},
		{"min(metrics.loss < 1", "<", ""}, {"min() < 1", ")", ""}, {"min(metrics.loss)", "min(metrics.loss)", ""}, {"params.lr AT 5 < 1", "AT", ""}, {"metrics.loss AT 5", "metrics.loss AT 5", ""},
		{"duration > 90", "90", ""}, {"duration > long", "long", ""}, {"duration LIKE '2h'", "LIKE", ""}, {"started > 90", "90", ""}, {"started > 20261101", "20261101", ""}, {"started > tomorow", "tomorow", ""},
		{"started = yesterdya", "yesterdya", "yesterday"}, {"started in lats 7 d", "lats", "last"}, {"started in last 7 dogs", "dogs", ""}, {"started > last 7 days", "last", ""}, {"started > 01.11.2026", "01.11.2026", ""},
		{"started > 2026-13-01", "2026-13-01", ""}, {"started LIKE '2026%'", "LIKE", ""}, {"started in last 999999999999 days", "999999999999", ""}, {"data < 3", "<", ""}, {"data.wine < 'x'", "'x'", ""},
	} {
		_, err := ParseQuery(c.query, given)
		var e *Error
		if !errors.As(err, &e) || !errors.Is(err, fault.Invalid) {
			t.Errorf("%q: %v has no place", c.query, err)
			continue
		}
		if got := c.query[e.Offset:e.End]; got != c.part || e.Instead != c.instead {
			t.Errorf("%q: the error is at %q instead %q, not %q instead %q: %v", c.query, got, e.Instead, c.part, c.instead, err)
		}
		if hint := fault.HintOf(err); hint == "" || !strings.HasSuffix(hint, ".") && !strings.HasSuffix(hint, "?") || strings.HasSuffix(e.Message, ".") {
			t.Errorf("%q: message %q, hint %q", c.query, e.Message, hint)
		}
	}
}

func TestQueryString(t *testing.T) {
	for query, want := range map[string]string{
		"metrics.a<1   and  metrics.b >2":                  "metrics.a < 1 AND metrics.b > 2",
		"metrics.a<1 or not(b=2 c)":                        "metrics.a < 1 OR NOT (b = 2 AND c)",
		"min( metrics.a )== 1 or a   at 5>3":               "min(metrics.a) = 1 OR a AT 5 > 3",
		"x not   in ( 1,2 ,(3) ) y":                        "x NOT IN (1, 2, (3)) AND y",
		"started  LAST 7  days x=~'a b'":                   "started IN LAST 7 days AND x MATCHES 'a b'",
		"last 7 days or a is  not null":                    "last 7 days OR a IS NOT NULL",
		"'a  b' (((c)))":                                   "'a  b' AND c",
		"duration between 1 h and 2h or started=today":     "duration BETWEEN 1 h and 2h OR started = today",
		"(a or b) and c":                                   "(a OR b) AND c",
		"not not a or metrics.`x y` = 1 or `metrics`.a= 2": "NOT NOT a OR metrics.`x y` = 1 OR `metrics`.a = 2",
	} {
		f, err := ParseQuery(query, given)
		if err != nil || f.String() != want {
			t.Errorf("%s is written %s, not %s: %v", query, f, want, err)
		}
	}
}

func TestQueryColumns(t *testing.T) {
	f, err := ParseQuery("min(a) < 1 OR a AT 5 > 2 NOT b = 1 data.wine = 3 duration > 1h x status = lost", given)
	want := []Column{{MetricMin, "a"}, {MetricAt, "a AT 5"}, {Loose, "b"}, {Data, "wine"}, {Attribute, "duration"}, {FreeText, ""}, {Attribute, "state"}}
	if err != nil || !slices.Equal(f.Columns(), want) {
		t.Errorf("reads %v, not %v: %v", f.Columns(), want, err)
	}
}

// TestDaysOfTheCalendar shows that a day has 25 hours when clocks are put back.
func TestDaysOfTheCalendar(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip("no time zones here")
	}
	now := Given{Now: time.Date(2026, 10, 26, 12, 0, 0, 0, zone)}
	at := func(hour time.Duration) Row {
		return &testRow{attributes: map[string]Value{"start_time": Number(float64(time.Date(2026, 10, 25, 0, 0, 0, 0, zone).Add(hour * time.Hour).UnixMilli()))}}
	}
	f, err := ParseQuery("started = yesterday", now)
	if err != nil || !f.Match(at(0)) || !f.Match(at(24)) || f.Match(at(25)) || f.Match(at(-1)) {
		t.Errorf("the long day is not from 0 to 25 hours: %v", err)
	}
}

func TestHostileQueries(t *testing.T) {
	many := func(n int, s string) string { return strings.Repeat(s, n) }
	for name, c := range map[string]struct {
		query string
		ok    bool
	}{
		"list of 100,000":        {"name IN (" + many(99_999, "'abcd',") + "'x') OR x", true},
		"numbers of 100,000":     {"params.lr IN (" + many(100_000, "0.125,") + "1)", true},
		"dates of 10,000":        {"started IN (" + many(10_000, "2026-11-01,") + "today)", true},
		"99 parentheses":         {many(99, "(") + "x" + many(99, ")"), true},
		"101 parentheses":        {many(101, "(") + "x" + many(101, ")"), false},
		"a million parentheses":  {many(1_000_000, "("), false},
		"a million NOTs":         {many(250_000, "NOT "), false},
		"alternating":            {many(200_000, "NOT ("), false},
		"1000 words":             {many(1000, "x "), true},
		"1001 words":             {many(1001, "x "), false},
		"1 MB of words":          {many(500_000, "x "), false},
		"1 MB in one word":       {many(1_000_000, "x"), false},
		"1 MB in one name":       {many(1_000_000, "x") + " = 1", true},
		"1 MB of quotes":         {many(1_000_000, "'"), false},
		"1 MB of back ticks":     {many(500_000, "` "), false},
		"1 MB of commas":         {"x IN (1" + many(1_000_000, ","), false},
		"1 MB of parts":          {many(300_000, "'a'."), false},
		"deep list":              {"x IN " + many(500_000, "(") + "1", false},
		"more than 1 MiB":        {many(maxText, "x") + " ", false},
		"no UTF-8":               {"x\xff", false},
		"a long expression":      {"name =~ '" + many(1001, "a") + "'", false},
		"nested repetition":      {"name =~ '((a{30}){30}){30}'", false},
		"exponential elsewhere":  {"name =~ '(a|a)*(a*)*b'", true},
		"a long pattern":         {"name LIKE '%" + many(1025, "_") + "%' OR x", false},
		"a huge number":          {"metrics.a < " + many(500_000, "9") + " OR x", true},
		"a huge duration":        {"duration > " + many(100_000, "1h"), true},
		"a misspelt long prefix": {many(100_000, "m") + ".x = 1", false},
	} {
		_, err := ParseQuery(c.query, given)
		if (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && len(err.Error())+len(fault.HintOf(err)) > 1000 {
			t.Errorf("%s: message and hint have %d bytes", name, len(err.Error())+len(fault.HintOf(err)))
		}
	}
}

func TestWordsBeyondASCII(t *testing.T) {
	for _, c := range []struct {
		word, text string
		want       bool
	}{
		{"kelvin", "10 \u212aELVIN", true}, {"s", "ſ", true}, {"straße", "STRASSE", false}, {"STRAßE", "straße", true}, {"ÉTÉ", "un été", true}, {"x", "", false}, {"ab", "aab", true}, {"ab", "a", false},
		{"k", "\u212b", false},
	} {
		w, ok := newWord(c.word)
		if !ok || w.within(c.text) != c.want {
			t.Errorf("%s in %s is not %v", c.word, c.text, c.want)
		}
	}
}

func TestNumbersInTexts(t *testing.T) {
	for text, want := range map[string]float64{
		"1": 1, "+1": 1, "-1.5e3": -1500, ".5": .5, "1.": 1, " 2\n": 2, "1E-1": .1, "inf": math.MaxFloat64, "-Infinity": -math.MaxFloat64, "1e999": math.MaxFloat64,
	} {
		if got, ok := numberOf(text); !ok || got != want {
			t.Errorf("%q is %v %v, not %v", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "+", "-", "+-1", "1_000", "0x10", "1,5", "1 2", "True", "1e", "e5", "one", "--1", "infinit"} {
		if got, ok := numberOf(text); ok || !math.IsNaN(got) {
			t.Errorf("%q is the number %v", text, got)
		}
	}
	if got, ok := numberOf("NaN"); !ok || !math.IsNaN(got) {
		t.Errorf("NaN is %v %v", got, ok)
	}
}

// TestManual reads every query that the manual shows.
func TestManual(t *testing.T) {
	manual, err := os.ReadFile("../../docs/search.md")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	fence := "" // of the block that a line is in
	for line := range strings.SplitSeq(string(manual), "\n") {
		switch {
		case strings.HasPrefix(line, "```") && fence == "":
			fence = line
		case line == "```":
			fence = ""
		case fence == "```" && !strings.Contains(line, "lats") && !strings.Contains(line, "^^^"):
			n++
			if _, err := ParseQuery(line, given); err != nil {
				t.Errorf("%s: %v", line, err)
			}
		}
	}
	for _, code := range regexp.MustCompile("`([a-z]+(?:\\.[a-z]+)? (?:=|<|>|>=|IN|IS|in|last) [^`…]+)`").FindAllStringSubmatch(string(manual), -1) {
		n++
		if _, err := ParseQuery(code[1], given); err != nil {
			t.Errorf("%s: %v", code[1], err)
		}
	}
	if n < 25 {
		t.Errorf("only %d queries found in the manual", n)
	}
}
