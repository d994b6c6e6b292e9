package track

import (
	"bytes"
	"math"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"dev.varve/backend/event"
	"dev.varve/backend/fault"
)

var (
	someWriter = rapid.Custom(func(t *rapid.T) event.Writer {
		return event.Writer{rapid.ByteRange(1, 3).Draw(t, "writer")}
	})
	someID = rapid.Custom(func(t *rapid.T) event.ID {
		return event.ID{Writer: someWriter.Draw(t, "w"), Seq: rapid.Uint64().Draw(t, "seq")}
	})
	someStamp = rapid.Custom(func(t *rapid.T) event.Stamp {
		return event.Stamp{Time: rapid.Int64().Draw(t, "time"), ID: someID.Draw(t, "id")}
	})
	someText  = rapid.StringN(0, 5, -1)
	somePoint = rapid.Custom(func(t *rapid.T) event.Point {
		return event.Point{Step: rapid.Int64().Draw(t, "step"), Time: rapid.Int64().Draw(t, "time"), Value: someNumber.Draw(t, "value")}
	})
	someNumber = rapid.OneOf(rapid.Float64(), rapid.SampledFrom([]float64{math.Inf(1), math.Copysign(0, -1)}))
	someStatus = rapid.Custom(func(t *rapid.T) event.RunStatus {
		s := event.RunStatus{
			Status: someText.Draw(t, "status"), End: rapid.Int64().Draw(t, "end"), Reason: someText.Draw(t, "reason"),
			Signal: someText.Draw(t, "signal"), Agent: rapid.Bool().Draw(t, "agent"),
		}
		if rapid.Bool().Draw(t, "exited") {
			code := rapid.Int64().Draw(t, "code")
			s.ExitCode = &code
		}
		return s
	})
	someLabel = rapid.Custom(func(t *rapid.T) Label {
		return Label{Value: someText.Draw(t, "value"), Gone: rapid.Bool().Draw(t, "gone"), First: rapid.Bool().Draw(t, "first")}
	})
)

func someRegister[T any](value *rapid.Generator[T]) *rapid.Generator[*Register[T]] {
	return rapid.Custom(func(t *rapid.T) *Register[T] {
		r := &Register[T]{Heads: someList(t, rapid.Custom(func(t *rapid.T) Setting[T] {
			return Setting[T]{Stamp: someStamp.Draw(t, "stamp"), Value: value.Draw(t, "value")}
		}))}
		r.Early = someList(t, someID)
		return r
	})
}

// someList is nil when it is empty, as in a record.
func someList[T any](t *rapid.T, one *rapid.Generator[T]) []T {
	list := rapid.SliceOfN(one, 0, 3).Draw(t, "list")
	if len(list) == 0 {
		return nil
	}
	return list
}

func someMap[T any](t *rapid.T, one *rapid.Generator[T]) map[string]T {
	m := rapid.MapOfN(someText, one, 0, 4).Draw(t, "map")
	if len(m) == 0 {
		return nil
	}
	return m
}

func someFacts[T any](t *rapid.T, value *rapid.Generator[T]) []Stamped[T] {
	return someList(t, rapid.Custom(func(t *rapid.T) Stamped[T] {
		return Stamped[T]{Stamp: someStamp.Draw(t, "stamp"), Value: value.Draw(t, "value")}
	}))
}

var someRun = rapid.Custom(func(t *rapid.T) *Run {
	r := &Run{
		Head: Head{
			ID: someText.Draw(t, "id"), Created: someStamp.Draw(t, "created"), Touched: rapid.Int64().Draw(t, "touched"),
			Applied: rapid.MapOfN(someWriter, rapid.Uint64(), 0, 3).Draw(t, "applied"),
			Labels:  someMap(t, someRegister(someLabel)),
		},
		Experiment: someText.Draw(t, "experiment"), Made: someText.Draw(t, "made"), User: someText.Draw(t, "user"), Start: rapid.Int64().Draw(t, "start"),
		Status: *someRegister(someStatus).Draw(t, "status"),
		Params: someMap(t, rapid.Custom(func(t *rapid.T) *ParamRecord {
			return &ParamRecord{Value: someText.Draw(t, "value"), Stamp: someStamp.Draw(t, "stamp"), Conflicts: someFacts(t, someText)}
		})),
		Metrics: someMap(t, rapid.Custom(func(t *rapid.T) *Summary {
			return &Summary{
				Last: somePoint.Draw(t, "last"), Min: someNumber.Draw(t, "min"), Max: someNumber.Draw(t, "max"),
				MinAt: rapid.Int64().Draw(t, "minAt"), MaxAt: rapid.Int64().Draw(t, "maxAt"), Points: rapid.Int64().Draw(t, "points"),
				Model: someText.Draw(t, "model"), Data: someText.Draw(t, "data"), Digest: someText.Draw(t, "digest"),
			}
		})),
		ModelsIn: someFacts(t, someText),
	}
	if rapid.Bool().Draw(t, "by an agent") {
		r.Origin = &event.Origin{Project: someText.Draw(t, "project"), Agent: someWriter.Draw(t, "agent")}
	}
	r.Datasets = someFacts(t, rapid.Custom(func(t *rapid.T) event.DatasetInput {
		return event.DatasetInput{Name: someText.Draw(t, "name"), Digest: someText.Draw(t, "digest")}
	}))
	r.Code = someFacts(t, rapid.Custom(func(t *rapid.T) event.RunCode {
		return event.RunCode{Commit: someText.Draw(t, "commit"), Files: rapid.Int64().Draw(t, "files"), Dirty: rapid.Bool().Draw(t, "dirty")}
	}))
	r.ModelsOut = someFacts(t, rapid.Custom(func(t *rapid.T) event.ModelOutput {
		return event.ModelOutput{ID: someText.Draw(t, "model"), Step: rapid.Int64().Draw(t, "step")}
	}))
	if rapid.Bool().Draw(t, "read") {
		r.Read = event.MetricsRead{
			Begun: rapid.Int64().Draw(t, "begun"), Bytes: rapid.Int64().Draw(t, "bytes"), Lines: rapid.Int64().Draw(t, "lines"),
			Left: rapid.Int64().Draw(t, "left"), Check: rapid.Uint64().Draw(t, "check"),
		}
	}
	return r
})

func TestRecordsOfRunsComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := someRun.Draw(t, "run")
		data, err := encodeRun(r)
		if err != nil {
			t.Fatal(err)
		}
		got, err := decodeRun(data)
		if err != nil || !reflect.DeepEqual(got, r) {
			t.Fatalf("%+v\ncomes back as\n%+v, %v", r, got, err)
		}
		again, err := encodeRun(got)
		if err != nil || !bytes.Equal(again, data) {
			t.Fatalf("the same record has two codes: %x, %x, %v", data, again, err)
		}
		if got, err := decodeRun(data[:len(data)-1]); err == nil {
			t.Fatalf("without its last byte it is taken for %+v", got)
		}
	})
}

// FuzzRecordOfRun reads whatever a damaged index may hold.
func FuzzRecordOfRun(f *testing.F) {
	for i := range 20 {
		data, err := encodeRun(someRun.Example(i))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte{runCode, 0xff, 0xff, 0xff, 0xff, 0x0f})
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := decodeRun(data)
		switch {
		case err != nil && fault.KindOf(err) != fault.Corrupt:
			t.Errorf("%x is refused as %v", data, err)
		case err == nil:
			if _, err := encodeRun(r); err != nil {
				t.Errorf("%x was read, and cannot be written: %v", data, err)
			}
		}
	})
}

func BenchmarkRecordOfRun(b *testing.B) {
	r := &Run{Head: newHead("0123456789abcdef0123456789abcdef"), Params: map[string]*ParamRecord{}, Metrics: map[string]*Summary{}}
	r.Created = event.Stamp{Time: 1, ID: event.ID{Writer: event.Writer{1}, Seq: 1}}
	r.Applied[event.Writer{1}] = 5
	r.Labels.set(&event.Event{ID: event.ID{Writer: event.Writer{1}, Seq: 2}}, event.LabelName, Label{Value: "run-000001"}, r.Applied)
	for _, key := range []string{"accuracy", "loss", "rmse", "mae", "seconds"} {
		r.Params[key] = &ParamRecord{Value: "0.1234", Stamp: r.Created}
		r.Metrics[key] = &Summary{Points: 100}
	}
	data, err := encodeRun(r)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("encode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, err = encodeRun(r)
		}
	})
	b.Run("decode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, err = decodeRun(data)
		}
	})
	b.ReportMetric(float64(len(data)), "B")
}
