package mlflow

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"reflect"
	"testing"
	"unicode/utf8"

	"dev.varve/backend/fault"
	"dev.varve/backend/search"
)

// same compares what was read, NaN with NaN.
func same(a, b []metric) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		x, y := a[i], b[i]
		if math.Float64bits(x.Value.V) != math.Float64bits(y.Value.V) && !(math.IsNaN(x.Value.V) && math.IsNaN(y.Value.V)) {
			return false
		}
		x.Value.V, y.Value.V = 0, 0
		if x != y {
			return false
		}
	}
	return true
}

// FuzzQuick compares reading what is logged by hand with reading it by
// encoding/json: the same, or what is read by hand is left to the other.
func FuzzQuick(f *testing.F) {
	for _, points := range []string{
		`[]`, `null`, `{}`, `[{}]`, `[1]`, `[[]]`, ` [ { "key" : "a" , "value" : 1 , "timestamp" : 2 } , {"step":-3} ] `,
		`[{"key":"a","value":"NaN","timestamp":"5"}]`, `[{"key":"\u0061","value":1e400}]`, `[{"value":-0,"step":-0}]`,
		`[{"key":"a","key":"b"}]`, `[{"Key":"a","VALUE":2}]`, `[{"key":null,"value":null}]`, `[{"other":{"a":[1]}}]`, `[{"timestamp":1.5}]`,
		`[{"timestamp":1e3,"step":9223372036854775808}]`, `[null]`, "[{\"key\":\"\xff\"}]", `[{"key":"a"},{"key":"a","model_id":"m","dataset_name":"d","dataset_digest":"x"}]`,
		`[{"value":1}`, `[{"value":01}]`, `[{"value":1}]x`, `[{"value":true}]`, `[{"key":1}]`, `{"key":"a"}`, `[{"key":"a}","value":1}]`,
		`[{"value":1.}]`, `[{"value":.5}]`, `[{"value":0x1p4}]`, `[{"value":1_0}]`, `[{"value":+1}]`, `[{"value":-}]`, `[{"value":1e}]`, `[{"value":1.5E-7}]`, `[{"value":Infinity}]`, "[{\"key\":\"a\tb\"}]",
	} {
		f.Add([]byte(`{"run_id":"r","metrics":` + points + `,"params":[{"key":"p","value":"1"}],"tags":[]}`))
	}
	for _, body := range []string{
		``, `null`, `{}`, `{}{}`, ` {} `, `{"metrics":[],"metrics":[{"key":"a"}]}`, `{"params":[{"key":"a"}],"params":[{"value":"b"}]}`, `"{}"`, "{}\x00", `{"run_uuid":"u","run_id":null}`, `{"tags":[{"key":"ü","value":"🐟"}],}`,
		`{"experiment_id":"1","user_id":"u","run_name":"n","start_time":17,"tags":[{"key":"a","value":"b"}]}`, `{"start_time":"17","tags":null}`, `{"tags":[],"tags":[{"key":"a"}]}`,
		`{"run_id":"a","key":"k","value":1,"timestamp":2,"step":3}`, `{"run_id":"a","key":"k","value":"1","timestamp":2}`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var batch, plainBatch logBatch
		if readQuick(data, &batch) {
			if err := json.Unmarshal(data, &plainBatch); err != nil {
				t.Fatalf("%q is read by hand, and not by encoding/json: %v", data, err)
			}
			if !same(batch.Metrics, plainBatch.Metrics) {
				t.Fatalf("%q: by hand %+v, by encoding/json %+v", data, batch.Metrics, plainBatch.Metrics)
			}
			batch.Metrics, plainBatch.Metrics = nil, nil
		}
		if !reflect.DeepEqual(batch, plainBatch) {
			t.Fatalf("%q: by hand %+v, by encoding/json %+v", data, batch, plainBatch)
		}
		var one, plainOne logMetric
		if readQuick(data, &one) {
			if err := json.Unmarshal(data, &plainOne); err != nil {
				t.Fatalf("%q is read by hand, and not by encoding/json: %v", data, err)
			}
		}
		if one != plainOne {
			t.Fatalf("%q: by hand %+v, by encoding/json %+v", data, one, plainOne)
		}
		var run, plainRun newRun
		if readQuick(data, &run) {
			if err := json.Unmarshal(data, &plainRun); err != nil {
				t.Fatalf("%q is read by hand, and not by encoding/json: %v", data, err)
			}
		}
		if !reflect.DeepEqual(run, plainRun) {
			t.Fatalf("%q: by hand %+v, by encoding/json %+v", data, run, plainRun)
		}
	})
}

// FuzzString checks that encoding/json reads what appendString writes.
func FuzzString(f *testing.F) {
	for _, seed := range []string{"", "plain", "ü🐟", "\"\\\n\t\r\b\x00\x1f\x7f", "\xff\xfe", "a\xc3", "\u2028</script>", "\ufffd"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		text := appendString(nil, s)
		var got string
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatalf("%q is written as %q: %v", s, text, err)
		}
		want := s
		if !utf8.ValidString(s) {
			want = string([]rune(s))
		}
		if got != want || !utf8.Valid(text) {
			t.Fatalf("%q is written as %q and read as %q", s, text, got)
		}
	})
}

// FuzzFloat checks that encoding/json reads the number that appendFloat writes.
func FuzzFloat(f *testing.F) {
	for _, seed := range []float64{0, math.Copysign(0, -1), 1, -1.5, 1e16, 1e15, 1e-4, 9e-5, 1e-5, math.MaxFloat64, math.SmallestNonzeroFloat64, 0.1, 123456789} {
		f.Add(math.Float64bits(seed))
	}
	f.Fuzz(func(t *testing.T, bits uint64) {
		v := math.Float64frombits(bits)
		text := appendFloat(nil, v)
		if math.IsNaN(v) {
			if string(text) != `"NaN"` {
				t.Fatalf("NaN is written as %s", text)
			}
			return
		}
		var got float64
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatalf("%v is written as %s: %v", v, text, err)
		}
		if math.IsInf(v, 0) {
			v = math.Copysign(math.MaxFloat64, v)
		}
		if math.Float64bits(got) != math.Float64bits(v) {
			t.Fatalf("%v is written as %s and read as %v", v, text, got)
		}
	})
}

// FuzzDecode sends anything for a body: no panic, and one object or an error.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{`{"run_id":"a","metrics":[{"key":"k"}]}`, `"{\"run_id\":\"a\"}"`, `""`, `"\"{}\""`, `[]`, `null`, ` null `, `{} {}`, `{"metrics":5}`, `{"run_id":{"a":1}}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var req logBatch
		if err := decode(body, &req); err != nil {
			if c := codes[fault.KindOf(err)]; c.Status != 400 {
				t.Fatalf("%q: %v is not the client's fault", body, err)
			}
		}
	})
}

// FuzzCursor hands anything back as a page token: it is refused, or it is a
// cursor that writes an equal token.
func FuzzCursor(f *testing.F) {
	columns := []search.Column{{Kind: search.Metric, Name: "m"}, {Kind: search.Tag, Name: "t"}, {Kind: search.Attribute, Name: "run_id"}, {Kind: search.Attribute, Name: "start_time"}}
	c := &cursor{columns: columns, cells: []search.Value{search.Number(math.NaN()), {}, search.Text("id"), search.Number(5)}, has: []bool{true, false, true, true},
		points: []search.Point{{Key: "k", Value: math.Inf(1), Time: 1, Step: -1, RunID: "r", DatasetName: "d", DatasetDigest: "e"}}}
	token, err := c.token()
	if err != nil {
		f.Fatal(err)
	}
	text, _ := base64.RawURLEncoding.DecodeString(token)
	f.Add(text)
	f.Add([]byte(`{"c":[],"v":[]}`))
	f.Add([]byte(`{"c":["metric.m","tag.t","attribute.run_id","attribute.start_time"],"v":["t","n1",null,"n"]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := cursorOf(base64.RawURLEncoding.EncodeToString(text), columns)
		if err != nil || c == nil {
			return
		}
		token, err := c.token()
		if err != nil {
			t.Fatal(err)
		}
		again, err := cursorOf(token, columns)
		if err != nil {
			t.Fatalf("%q is a cursor, but its own token is not: %v", text, err)
		}
		if second, _ := again.token(); second != token {
			t.Fatalf("%q: token %q became %q", text, token, second)
		}
	})
}

// FuzzQuoteNonFinite: what is JSON already stays as it is; what Python writes
// becomes JSON.
func FuzzQuoteNonFinite(f *testing.F) {
	for _, text := range []string{`{"a":NaN}`, `{"NaN":"\"NaN"}`, `[-Infinity,Infinity,1]`, `"\\\"NaN"`, `NaN`, `{"a":"`, `\NaN`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		quoted, found := quoteNonFinite([]byte(text))
		if json.Valid([]byte(text)) && (found || string(quoted) != text) {
			t.Errorf("%q became %q", text, quoted)
		}
		if again, found := quoteNonFinite(quoted); json.Valid(quoted) && (found || string(again) != string(quoted)) {
			t.Errorf("%q, quoted as %q, became %q", text, quoted, again)
		}
	})
}

// TestBareNonFinite: Python's json writes NaN without quotes unless told
// otherwise. MLflow's server answers 200 to that and keeps 0; Varve keeps NaN.
func TestBareNonFinite(t *testing.T) {
	for text, want := range map[string]float64{"NaN": math.NaN(), "Infinity": math.Inf(1), "-Infinity": math.Inf(-1)} {
		var req struct {
			Key   string `json:"key"`
			Value real   `json:"value"`
		}
		if err := decode([]byte(`{"key":"a \"NaN\"","value": `+text+`}`), &req); err != nil || req.Key != `a "NaN"` {
			t.Errorf("%s: %+v, %v", text, req, err)
		}
		if got := req.Value.V; got != want && !(math.IsNaN(got) && math.IsNaN(want)) {
			t.Errorf("%s is read as %v", text, got)
		}
	}
}
