package mlflow_test

import (
	"fmt"
	"testing"

	"dev.varve/backend/event"
	"dev.varve/backend/track"
)

// BenchmarkManyVersions asks a registry of one model with 10,000 versions.
func BenchmarkManyVersions(b *testing.B) {
	const versions = 10_000
	r := newRig(b)
	r.want(b, 200, "POST", api+"registered-models/create", `{"name":"lake"}`)
	r.want(b, 200, "POST", api+"model-versions/create", `{"name":"lake","source":"s3://b/1"}`)

	id := r.modelID(b, "lake")
	for n := uint64(2); n <= versions; n++ {
		body, err := event.Marshal(event.ModelVersion{Model: id, Number: n, Source: fmt.Sprintf("s3://b/%d", n), Tags: map[string]string{"k": fmt.Sprint(n % 7)}})
		noError(b, err)
		noError(b, r.tracker.Apply(&event.Event{
			ID: event.ID{Writer: event.Writer{9}, Seq: n}, Count: 1, Stream: fmt.Sprintf("model-version/%032x", n), Type: "model-version.created", Version: 1,
			Time: 1_900_000_000_000_000_000 + int64(n), Body: body,
		}))
	}
	for _, c := range []struct{ name, target string }{
		{"page", "model-versions/search?max_results=100&filter=name%3D%27lake%27"},
		{"tag", "model-versions/search?max_results=100&filter=tags.k%3D%273%27&order_by=version_number"},
		{"all", "model-versions/search"},
		{"latest", "registered-models/get-latest-versions?name=lake"},
		{"get", "model-versions/get?name=lake&version=7777"},
		{"models", "registered-models/search"},
	} {
		b.Run(c.name, func(b *testing.B) {
			for range b.N {
				if w := r.do(b, "GET", api+c.target, ""); w.Code != 200 {
					b.Fatal(w.Code, w.Body)
				}
			}
		})
	}
	b.Run("create", func(b *testing.B) {
		for range b.N {
			r.want(b, 200, "POST", api+"model-versions/create", `{"name":"lake","source":"s3://b/x"}`)
		}
	})
}

func (r *rig) modelID(t testing.TB, name string) (id string) {
	t.Helper()
	noError(t, r.tracker.Registry(func(reg track.Registry) error {
		m, err := reg.Model(name)
		if err == nil {
			id = m.ID
		}
		return err
	}))
	return id
}
