package chart_test

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"dev.varve/backend/chart"
	"dev.varve/backend/fault"
)

// TestWrongSpecs says what is wrong, and in which field.
func TestWrongSpecs(t *testing.T) {
	many := `"metrics.a"` + strings.Repeat(`,"metrics.a"`, 12)
	for text, field := range map[string]string{
		`{"kind":"pie"}`: "kind", `{}`: "kind", `{"kind":"line"}`: "y", `{"kind":"line","y":[` + many + `]}`: "y", `{"kind":"scatter","y":["a"]}`: "x",
		`{"kind":"scatter","y":["a","b"],"x":"c"}`: "y", `{"kind":"bubble","y":["a"],"x":"b"}`: "z", `{"kind":"parallel","axes":["a"]}`: "axes",
		`{"kind":"line","y":["metrics.a"],"smooth":1}`: "smooth", `{"kind":"line","y":["metrics.a"],"limit":99}`: "limit",
		`{"kind":"line","y":["metrics.a"],"band":"wide"}`: "band", `{"kind":"histogram","y":["a"],"bins":-1}`: "bins",
		`{"kind":"correlation","axes":["a","b"],"method":"kendall"}`: "method", `{"kind":"line","y":["metrics.a",""]}`: "y",
		`{"kind":"line","y":["metrics.a"],"group":["a","b","c","d","e","f","g","h","i"]}`: "group", `{"kind":"line","y":["` + strings.Repeat("a", 700) + `"]}`: "y",
	} {
		_, err := chart.ParseSpec([]byte(text))
		var named interface{ Field() string }
		if !errors.Is(err, fault.Invalid) || !errors.As(err, &named) || named.Field() != field {
			t.Errorf("%s: %v", text, err)
		}
	}
	for _, text := range []string{``, `[]`, `{"kind":"line","y":["metrics.a"],"smoth":1}`, `{"kind":"line"} {}`, `{"kind":1}`, strings.Repeat(" ", 300<<10)} {
		if _, err := chart.ParseSpec([]byte(text)); !errors.Is(err, fault.Invalid) {
			t.Errorf("%.60q: %v", text, err)
		}
	}
}

// FuzzSpec parses anything, gives back what it parsed, and draws it.
func FuzzSpec(f *testing.F) {
	for _, s := range goldens {
		data, err := json.Marshal(s)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(`{"kind":"line","y":["metrics.` + "`x`" + `"],"smooth":1e-300,"limit":48}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := chart.ParseSpec(data)
		if err != nil {
			return
		}
		written, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		again, err := chart.ParseSpec(written)
		if err != nil || !reflect.DeepEqual(normal(s), normal(again)) {
			t.Fatalf("%+v became %+v: %v", s, again, err)
		}
		l := newLab()
		for _, name := range append(s.Columns(), s.GroupColumns()...) {
			if l.table.Columns[name] == nil {
				return // a column that is not read is the business of the one who asks
			}
		}
		l.group(s)
		figure, err := chart.Draw(context.Background(), s, &l.table, l, chart.View{})
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Fatal(err)
			}
			return
		}
		if _, err := figure.Encode(); err != nil {
			t.Fatal(err)
		}
	})
}

// normal is a spec without the difference between no list and an empty one.
func normal(s chart.Spec) chart.Spec {
	for _, list := range []*[]string{&s.Y, &s.Axes, &s.Group} {
		if len(*list) == 0 {
			*list = nil
		}
	}
	return s
}
