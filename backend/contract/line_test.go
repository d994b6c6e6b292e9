package contract

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

const now = 1_700_000_000_000 // ms since 1970: when the lines of these tests were written

func one(key string, value float64, step, at int64) []track.Metric {
	return []track.Metric{{Key: key, Point: event.Point{Step: step, Time: at, Value: value}}}
}

func TestLines(t *testing.T) {
	nan := math.NaN()
	for line, want := range map[string]track.Batch{
		`{"name":"loss","value":0.25,"step":3,"time":1600000000.5}`:      {Metrics: one("loss", 0.25, 3, 1_600_000_000_500)},
		`{"key":"loss","value":0.25,"step":3,"timestamp":1600000000500}`: {Metrics: one("loss", 0.25, 3, 1_600_000_000_500)},
		`{"loss":1,"time":"2020-09-13T12:26:40Z"}`:                       {Metrics: one("loss", 1, 0, 1_600_000_000_000)},
		` { "step" : 2 , "loss" : 1e-3 } ` + "\r\n":                      {Metrics: one("loss", 1e-3, 2, now)},
		`{"loss":NaN}`:                           {Metrics: one("loss", nan, 0, now)},
		`{"loss":"-nan"}`:                        {Metrics: one("loss", nan, 0, now)},
		`{"loss":null}`:                          {Metrics: one("loss", nan, 0, now)},
		`{"loss":-Infinity}`:                     {Metrics: one("loss", math.Inf(-1), 0, now)},
		`{"loss":inf}`:                           {Metrics: one("loss", math.Inf(1), 0, now)},
		`{"loss":"1e999"}`:                       {Metrics: one("loss", math.Inf(1), 0, now)},
		`{"loss":.5}`:                            {Metrics: one("loss", 0.5, 0, now)},
		`{"step":"7","loss":"+1."}`:              {Metrics: one("loss", 1, 7, now)},
		`{"step":-3.0,"value":2}`:                {Metrics: one("value", 2, -3, now)},
		`{"name":4}`:                             {Metrics: one("name", 4, 0, now)},
		`{"name":"step","value":4,"step":1}`:     {Metrics: one("step", 4, 1, now)},
		`{"l\u006fss":1}`:                        {Metrics: one("loss", 1, 0, now)},
		`{"größe":1}`:                            {Metrics: one("größe", 1, 0, now)},
		`{"a":1,"b":2}`:                          {Metrics: append(one("a", 1, 0, now), one("b", 2, 0, now)...)},
		`{"tags":{"b":"x","a":1.50}}`:            {Tags: []event.Param{{Key: "a", Value: "1.50"}, {Key: "b", Value: "x"}}},
		`{"a":1,"params":{"seed":42,"on":true}}`: {Metrics: one("a", 1, 0, now), Params: []event.Param{{Key: "on", Value: "true"}, {Key: "seed", Value: "42"}}},
	} {
		var got track.Batch
		if err := (&reader{}).line([]byte(line), now, &got); err != nil || !sameBatch(got, want) {
			t.Errorf("%s is %+v, %v; want %+v", line, got, err, want)
		}
	}
}

// sameBatch compares batches in which NaN is NaN.
func sameBatch(a, b track.Batch) bool {
	text := func(b track.Batch) []byte {
		data, err := event.Marshal(b)
		if err != nil {
			panic(err)
		}
		return data
	}
	return bytes.Equal(text(a), text(b))
}

func TestBadLines(t *testing.T) {
	for line, want := range map[string]string{
		"loss 0.3":                          "it is no JSON object, which begins with {",
		"[1]":                               "it is no JSON object, which begins with {",
		"\xff\xfe{\x00":                     "it is no JSON object, which begins with {",
		`{"loss":0.3`:                       "there is no comma, and no } at its end",
		`{"loss" 0.3}`:                      `there is no colon behind "loss"`,
		`{loss:0.3}`:                        "a name in quotation marks is missing",
		`{"loss":"0.3}`:                     "a quotation mark is missing",
		`{"lo` + "\xff" + `ss":1}`:          "it is not in UTF-8",
		`{"lo\qss":1}`:                      `"lo\qss" is no text of JSON`,
		`{"loss":0.3} {"loss":0.2}`:         "something stands behind its }",
		`{"loss":high}`:                     `the value of "loss" is no number`,
		`{"loss":true}`:                     `the value of "loss" is no number`,
		`{"loss":[1,2]}`:                    `the value of "loss" is no number`,
		`{"loss":{"train":1}}`:              `the value of "loss" is no number`,
		`{"name":"loss","value":"high"}`:    `the value of "loss" is no number`,
		`{"name":"loss"}`:                   "there is no value beside its name",
		`{"name":"loss","value":1,"acc":2}`: `"acc" stands beside a name and its value`,
		`{"loss":1,"step":1.5}`:             "its step is no whole number",
		`{"loss":1,"step":1e300}`:           "its step is no whole number",
		`{"loss":1,"time":-1}`:              "its time is neither seconds nor milliseconds since 1970, nor like 2026-05-03T10:00:00Z",
		`{"loss":1,"time":"noon"}`:          "its time is neither seconds nor milliseconds since 1970, nor like 2026-05-03T10:00:00Z",
		`{"step":1}`:                        "it names no metric",
		`{}`:                                "it names no metric",
		`{"tags":"x"}`:                      `the value of "tags" is no number`,
		`{"tags":[1]}`:                      `"tags" is no object of names and values`,
		`{"tags":{"a":1}`:                   "there is no comma, and no } at its end",
		`{"../loss":1}`:                     "must not resolve to other names",
		`{"params":{"` + strings.Repeat("a", 300) + `":1}}`: "exceeds the maximum length",
	} {
		before := track.Batch{Metrics: one("before", 1, 1, 1)}
		got := before
		err := (&reader{}).line([]byte(line), now, &got)
		if err == nil || !strings.Contains(err.Error(), want) || !errors.Is(err, fault.Invalid) || !sameBatch(got, before) {
			t.Errorf("%s: %v, want %q; the batch is %+v", line, err, want, got)
		}
	}
}

// FuzzLine reads whatever a program may write. What is JSON, and looks like a
// metric, is what encoding/json makes of it.
func FuzzLine(f *testing.F) {
	for _, line := range []string{
		`{"name":"loss","value":0.25,"step":3,"time":1600000000.5}`, `{"a":1,"b":NaN,"tags":{"x":"y"}}`, `{"a":"\u00e9\"","params":{}}`,
		`{"loss":0.3`, "\ufeff{}", `{"a":{"b":[1,{"c":2}]}}`, `{"":1}`, `{"tags":null}`, "{\"a\":\"\xff\"}", `{"step":"9223372036854775807","a":-0}`,
	} {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		var got track.Batch
		err := (&reader{}).line(line, now, &got)
		if err != nil {
			if !errors.Is(err, fault.Invalid) || len(got.Metrics)+len(got.Params)+len(got.Tags) > 0 {
				t.Errorf("%q: %v and %+v", line, err, got)
			}
		} else if err := got.Check(); err != nil {
			t.Errorf("%q is taken, and cannot be recorded: %v", line, err)
		}
		var plain struct{ Value *float64 }
		var names map[string]json.RawMessage
		if json.Unmarshal(line, &names) != nil || len(names) != 1 || names["Loss"] == nil || bytes.Count(line, []byte(`"`)) > 2 {
			return
		}
		if json.Unmarshal(names["Loss"], &plain.Value) == nil && plain.Value != nil &&
			(err != nil || len(got.Metrics) != 1 || got.Metrics[0].Point.Value != *plain.Value) {
			t.Errorf("%q is %+v, %v", line, got, err)
		}
	})
}

func BenchmarkLine(b *testing.B) {
	line := []byte(`{"name":"train/loss","value":0.123456789,"step":12345,"time":1700000000.25}` + "\n")
	r, batch := reader{}, track.Batch{}
	b.ReportAllocs()
	for b.Loop() {
		batch.Metrics = batch.Metrics[:0]
		if err := r.line(line, now, &batch); err != nil {
			b.Fatal(err)
		}
	}
}
