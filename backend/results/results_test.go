package results_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"dev.varve/backend/fault"
	"dev.varve/backend/imports"
	"dev.varve/backend/imports/importstest"
	"dev.varve/backend/results"
	"dev.varve/backend/tabular"
)

func table(t testing.TB, text []byte) *tabular.Separated {
	t.Helper()
	s, err := tabular.NewSeparated(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil })
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func options(chosen map[string]string) results.Options {
	return results.Options{Place: "/r.csv", Experiment: "r", Map: chosen, Zone: time.UTC, Modified: time.UnixMilli(1_700_000_000_000)}
}

func source(t testing.TB, text string, chosen map[string]string) *results.Source {
	t.Helper()
	s, err := results.Open(context.Background(), table(t, []byte(text)), options(chosen))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// all reads a table.
func all(t testing.TB, s *tabular.Separated) (list [][]string, err error) {
	t.Helper()
	rows, err := s.Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for {
		cells, _, err := rows.Next()
		if err == io.EOF {
			return list, nil
		}
		if err != nil {
			return list, err
		}
		list = append(list, slices.Clone(cells))
	}
}

// TestHowTextIsWritten reads the same table in all ways in which it may be written.
func TestHowTextIsWritten(t *testing.T) {
	const want = `[["größe" "note, with \"quotes\"" ""] ["1" "two\nlines" "x"] ["2"]]`
	lines := "größe;\"note, with \"\"quotes\"\"\";\n1;\"two\nlines\";x\n2\n"
	encode := func(e interface{ Bytes([]byte) ([]byte, error) }, text string) []byte {
		out, err := e.Bytes([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	utf16 := func(order unicode.Endianness, mark unicode.BOMPolicy) []byte {
		return encode(unicode.UTF16(order, mark).NewEncoder(), lines)
	}
	for name, c := range map[string]struct {
		text  []byte
		facts string
	}{
		"utf-8":            {[]byte(lines), "UTF-8 semicolon"},
		"with a mark":      {[]byte("\ufeff" + lines), "UTF-8 semicolon"},
		"windows-1252":     {encode(charmap.Windows1252.NewEncoder(), lines), "Windows-1252 semicolon"},
		"utf-16 le":        {utf16(unicode.LittleEndian, unicode.UseBOM), "UTF-16 semicolon"},
		"utf-16 be":        {utf16(unicode.BigEndian, unicode.UseBOM), "UTF-16 semicolon"},
		"utf-16, unmarked": {utf16(unicode.LittleEndian, unicode.IgnoreBOM), "UTF-16 semicolon"},
		"be, unmarked":     {utf16(unicode.BigEndian, unicode.IgnoreBOM), "UTF-16 semicolon"},
		"tabs":             {[]byte(strings.ReplaceAll(lines, ";", "\t")), "UTF-8 tab"},
		"bars":             {[]byte(strings.ReplaceAll(lines, ";", "|")), "UTF-8 bar"},
		"commas":           {[]byte(strings.ReplaceAll(lines, ";", ",")), "UTF-8 comma"},
		"said by Excel":    {[]byte("sep=;\r\n" + lines), "UTF-8 semicolon"},
		"no last line end": {[]byte(strings.TrimSuffix(lines, "\n")), "UTF-8 semicolon"},
	} {
		s := table(t, c.text)
		got, err := all(t, s)
		if text := fmt.Sprintf("%q", got); err != nil || text != want {
			t.Errorf("%s: %s, %v", name, text, err)
		}
		if f := s.Facts(); f.Encoding+" "+f.Separator != c.facts {
			t.Errorf("%s: %+v", name, f)
		}
	}
	for _, ends := range []string{"\r\n", "\r"} {
		got, err := all(t, table(t, []byte(strings.ReplaceAll("a,b\n1,2\n", "\n", ends))))
		if text := fmt.Sprintf("%q", got); err != nil || text != `[["a" "b"] ["1" "2"]]` {
			t.Errorf("lines that end in %q: %s %v", ends, text, err)
		}
	}
}

// TestWhatColumnsBecome proposes kinds.
func TestWhatColumnsBecome(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"by names": {"run,lr,n_layers,val_acc,trainTime,comment,user,Date\na,0.1,2,0.9,10,good,ann,2024-01-02\nb,0.2,3,0.8,11,bad,bob,2024-01-03\n",
			"run=name lr=param n_layers=param val_acc=metric trainTime=metric comment=note user=tag Date=start"},
		"by variation": {"a,b,c,d,e\n0.123,1,7,x,why\n0.456,2,7,x,not\n0.789,1,7,y,now\n0.321,2,7,y,then\n", "a=metric b=param c=param d=param e=param"},
		"of MLflow":    {"run_id,metrics.m,params.p,tags.mlflow.runName,start_time,end_time\nq,0.5,x,first,2024-01-02 10:00:00+00:00,2024-01-02 11:00:00+00:00\n", "run_id=param metrics.m=metric params.p=param tags.mlflow.runName=name start_time=start end_time=end"},
		"of pandas":    {",x,acc\n0,3,0.5\n1,4,0.25\n2,3,0.5\n", "column 1=skip x=param acc=metric"},
		"two dates":    {"begun,changed\n2.3.2024,4.3.2024\n", "begun=start changed=tag"},
		"times":        {"start_time,end\n1700000000,1700000100000\n", "start_time=start end=end"},
		"no header":    {"1,2\n3,4\n", "column 1=param column 2=param"},
		"empty":        {"a,b,\n1,,\n", "a=param b=skip"},
		"doubled":      {"acc,acc,acc\n1,2,3\n", "acc=metric acc (2)=metric acc (3)=metric"},
		"a title":      {"Results of 2019\n\nlr,acc,seed\n0.1,0.9,1\n", "lr=param acc=metric seed=param"},
		"comma":        {"lr;acc\n0,1;0,91\n0,2;1.234,5\n", "lr=param acc=metric"},
	} {
		s := source(t, c.text, nil)
		var parts []string
		for _, col := range s.Survey.Columns {
			parts = append(parts, col.Name+"="+string(col.Kind))
		}
		if got := strings.Join(parts, " "); got != c.want {
			t.Errorf("%s: %s\nnot   %s", name, got, c.want)
		}
	}
}

// TestRowsBecomeRuns imports a table with everything that rows can have.
func TestRowsBecomeRuns(t *testing.T) {
	const text = "name;lr;acc;began;ended;remark;who;penalty\n" +
		"first;0,10;0,91;02.03.2024 10:00;02.03.2024 11:00;fine;ann;none\n" +
		"second;1.000;n/a;;03.03.2024;;bob;l2\n" +
		";;;;;;;\n" +
		"third;0,1;oops;x;1.1.1999;;ann;l2;beyond\n" +
		"name;lr;acc;began;ended;remark;who;penalty\n" +
		"fourth;0,2;#DIV/0!;04.03.2024 10:00;03.03.2024;;ann;l2\n"
	rec := importstest.New(t)
	s := source(t, text, map[string]string{"PENALTY": "param", "acc": "metric", "began": "start"})
	done, err := rec.Import(t.Context(), s, imports.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var left []string
	for _, skipped := range done.Skipped {
		left = append(left, skipped.Where+": "+skipped.Why)
	}
	slices.Sort(left)
	want := []string{
		"row 5: acc is \"oops\", which is no number",
		"row 5: began is \"x\", which is no date",
		"row 5: it ends before it starts: its end is left out",
		"row 6: it has the names of the columns once more",
		"row 7: acc is #DIV/0!: its formula failed",
		"row 7: it ends before it starts: its end is left out",
	}
	slices.Sort(want)
	if !slices.Equal(left, want) {
		t.Errorf("left out:\n%s\nnot\n%s", strings.Join(left, "\n"), strings.Join(want, "\n"))
	}
	if done.Runs != 4 || done.Experiments != 1 || done.Points != 1 {
		t.Errorf("%+v", done)
	}
	dump := rec.Dump(t)
	for _, part := range []string{
		`"first" in r by  FINISHED 1709373600000–1709377200000 trashed=false params=["lr"="0.1"]["penalty"="none"]["who"="ann"]`,
		`tag "mlflow.note.content"="fine"`, `["column 9"="beyond"]`, `metric acc last {{} 0 1709373600000 0.91}`,
		`"second" in r by  FINISHED 1699999999998–1709424000000 trashed=false params=["lr"="1000"]["penalty"="l2"]["who"="bob"]`,
	} {
		if !strings.Contains(dump, part) {
			t.Errorf("there is no %s in\n%s", part, dump)
		}
	}
}

// TestATableThatGrew imports a table again after each of the things that people do
// to tables.
func TestATableThatGrew(t *testing.T) {
	const begin = "lr,seed,acc\n0.1,1,0.9\n0.1,2,0.8\n0.1,2,0.7\n"
	const named = "name,lr,acc\nfirst,0.1,0.9\nsecond,0.2,\n"
	for name, c := range map[string]struct {
		from, to string
		want     string // new, more, same, told
	}{
		"the same":                 {begin, begin, "0 0 3 "},
		"one row more":             {begin, begin + "0.2,1,0.6\n", "1 0 3 "},
		"sorted":                   {begin, "lr,seed,acc\n0.1,2,0.8\n0.1,2,0.7\n0.1,1,0.9\n", "0 0 3 "},
		"written otherwise":        {begin, "acc;lr;seed\n0,9;0,10;1\n0,80;0,1;2,0\n0,7;0,1;2\n", "0 0 3 "},
		"columns exchanged":        {begin, "acc,seed,lr\n0.9,1,0.1\n0.8,2,0.1\n0.7,2,0.1\n", "0 0 3 "},
		"another result":           {begin, strings.Replace(begin, "0.9", "0.95", 1), "0 0 3 row 2: acc is 0.9 here and 0.95 there: what is here stays"},
		"another setting":          {begin, strings.Replace(begin, "0.1,1", "0.3,1", 1), "1 0 2 "},
		"a column of results":      {begin, "lr,seed,acc,loss\n0.1,1,0.9,1\n0.1,2,0.8,2\n0.1,2,0.7,3\n", "0 3 0 "},
		"a named row changed":      {named, strings.Replace(named, "0.1,", "0.3,", 1), "0 0 2 row 2: lr is 0.1 here and 0.3 there: what is here stays"},
		"a named row filled":       {named, strings.Replace(named, "0.2,", "0.2,0.5", 1), "0 1 1 "},
		"a named table got a seed": {named, "name,seed,lr,acc\nfirst,1,0.1,0.9\nsecond,2,0.2,\n", "0 2 0 "},
		"renamed":                  {named, strings.Replace(named, "first", "best", 1), "1 0 1 "},
	} {
		rec := importstest.New(t)
		if _, err := rec.Import(t.Context(), source(t, c.from, nil), imports.Options{}); err != nil {
			t.Fatal(err)
		}
		plan, err := rec.Look(t.Context(), source(t, c.to, nil), imports.Options{})
		if err != nil {
			t.Fatal(err)
		}
		done, err := rec.Import(t.Context(), source(t, c.to, nil), imports.Options{})
		if err != nil {
			t.Fatal(err)
		}
		got := fmt.Sprintf("%d %d %d ", done.Runs, done.More, done.Same)
		for _, s := range done.Skipped {
			got += s.Where + ": " + s.Why
		}
		if got != c.want {
			t.Errorf("%s: %s\nnot %s", name, got, c.want)
		}
		sum := plan.Sum()
		if sum.Runs-sum.Known != done.Runs || plan.Left != done.Left || sum.Differ != done.Left {
			t.Errorf("%s: the plan says %+v, %v, and what was done is %+v", name, sum, plan.Skipped, done)
		}
	}
}

// TestWhatIsNoTable is refused with a sentence.
func TestWhatIsNoTable(t *testing.T) {
	wide := strings.Repeat("x,", tabular.MaxColumns) + "x\n"
	for name, c := range map[string]struct {
		text   string
		chosen map[string]string
		kind   fault.Kind
	}{
		"nothing":            {"", nil, fault.NotFound},
		"white":              {" \n\n,,\n", nil, fault.NotFound},
		"names alone":        {"a,b\n", nil, fault.NotFound},
		"bytes":              {"\x00\x01\x02\x00", nil, fault.Unsupported},
		"an open quote":      {"a,b\n\"1,2\n", nil, fault.Corrupt},
		"a huge cell":        {"a\n\"" + strings.Repeat("x", tabular.MaxCell+1) + "\"\n", nil, fault.Unsupported},
		"too wide":           {wide + wide, nil, fault.Unsupported},
		"no such column":     {"a\n1\n", map[string]string{"b": "param"}, fault.NotFound},
		"no such kind":       {"a\n1\n", map[string]string{"a": "thing"}, fault.Invalid},
		"two names":          {"a,b\n1,2\n", map[string]string{"a": "name", "b": "name"}, fault.Invalid},
		"two of one name":    {"params.a,a\n1,2\n", map[string]string{"params.a": "param", "a": "param"}, fault.Invalid},
		"the name is chosen": {"a,b\n1,2\n", map[string]string{"a": "name"}, ""},
	} {
		s, err := tabular.NewSeparated(func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(c.text)), nil })
		if err == nil {
			_, err = results.Open(t.Context(), s, options(c.chosen))
		}
		if (err == nil) != (c.kind == "") || err != nil && !errors.Is(err, c.kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestAHostileTable has wide cells, rows of all lengths, and names that are none.
func TestAHostileTable(t *testing.T) {
	var b strings.Builder
	for i := range 100 {
		fmt.Fprintf(&b, "../%s%d,", strings.Repeat("n", 400), i)
	}
	b.WriteString("\n")
	for i := range 20 {
		for range 100 - i {
			b.WriteString(strings.Repeat("é", 5000) + ",")
		}
		b.WriteString("\n")
	}
	rec := importstest.New(t)
	if _, err := results.Open(t.Context(), table(t, []byte(b.String())), options(nil)); !errors.Is(err, fault.Invalid) {
		t.Errorf("100 columns whose names are the same for 250 characters: %v", err)
	}
	text := strings.ReplaceAll(b.String(), strings.Repeat("n", 400), "n")
	done, err := rec.Import(t.Context(), source(t, text, nil), imports.Options{})
	if err != nil || done.Runs != 20 || done.Left != 0 {
		t.Errorf("%+v %v", done, err)
	}
}

func FuzzSeparated(f *testing.F) {
	for _, seed := range []string{"a,b\n1,2\n", "sep=;\na;b\n\"1\n\";2", "\ufeffx\ty\r\n1\t2\r", "a,a,\n,,,\n", "\xff\xfea\x00,\x00b\x00\n\x00", "lr;acc\n0,1;1.234,5\n0,1;nan\n", "date\n1.2.2024\n31.12.24 10:00\n", "\"", "name\n\xe9\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		table, err := tabular.NewSeparated(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil })
		if err != nil {
			return
		}
		s, err := results.Open(t.Context(), table, options(nil))
		if err != nil {
			if fault.KindOf(err) == fault.Internal {
				t.Fatal(err)
			}
			return
		}
		ids := map[string]bool{}
		err = s.Runs(t.Context(), "r", false, &imports.Report{}, func(r *imports.Run) error {
			if len(r.ID) != 32 || ids[r.ID] || r.Where == "" {
				t.Fatalf("a run has the id %q", r.ID)
			}
			ids[r.ID] = true
			return nil
		})
		if err != nil || len(ids) > s.Survey.Rows {
			t.Fatalf("%d runs of %d rows: %v", len(ids), s.Survey.Rows, err)
		}
	})
}
