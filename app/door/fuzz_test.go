package door_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"dev.varve/backend/track"
)

// FuzzDoor asks whatever can be asked: no question is the fault of Varve.
func FuzzDoor(f *testing.F) {
	for _, q := range []struct{ method, path, body string }{
		{"GET", "/runs?filter=metrics.m+%3C+1&order=name+ASC&limit=1&cursor=x", ""},
		{"GET", "/runs/suggest?filter=%22&cursor=1", ""},
		{"GET", "/runs/RUN/series?key=m&x=time&points=3&from=1&to=2", ""},
		{"GET", "/runs/RUN/log?offset=-1&limit=0", ""},
		{"GET", "/runs/RUN/artifact?path=..%2Fx", ""},
		{"GET", "/runs/%2e%2e/edits", ""},
		{"POST", "/runs/move", `{"runs":["RUN","RUN"],"experiment":"0","exactly":true}`},
		{"POST", "/runs/copy", `{"runs":[],"experiment":""}`},
		{"POST", "/runs/RUN/revert", `{"id":"00000000000000000000000000000001:18446744073709551616"}`},
		{"PUT", "/runs/RUN/status", `{"status":"finished"}`},
		{"PUT", "/runs/RUN/tag", `{"key":"a/../b","value":"\u0000"}`},
		{"DELETE", "/runs/RUN/tag?key=k", ""},
		{"PUT", "/experiments/0/name", `{"name":"a//b"}`},
		{"POST", "/experiments/folder", `{"from":"///","to":"\ud800"}`},
		{"POST", "/experiments/merge", `{"from":"0","into":"0"}`},
		{"PUT", "/views", `{"kind":"table","name":"n","value":"{}"}`},
		{"POST", "/charts/draw", `{"chart":{"kind":"line","y":["metrics.m"]},"width":-1,"from":1e308,"to":-1e308}`},
		{"GET", "/experiments/999999999999999999999", ""},
		{"GET", "/jobs/%00", ""},
		{"POST", "/agents/zz", "{}"},
	} {
		f.Add(q.method, q.path, q.body)
	}
	f.Fuzz(func(t *testing.T, method, path, body string) {
		h := newHouse(t)
		run := h.run(track.NewRun{Name: "a"}, point("m", 0, 1))
		request, err := http.NewRequestWithContext(t.Context(), method, "http://127.0.0.1:1"+prefix, strings.NewReader(strings.ReplaceAll(body, "RUN", run)))
		if err != nil {
			return
		}
		target, err := request.URL.Parse(strings.ReplaceAll(path, "RUN", run))
		if err != nil || strings.Contains(path, "/events") { // a stream has no end
			return
		}
		target.Path, target.Host, target.Scheme = prefix+target.Path, request.URL.Host, "http"
		request.URL, request.RequestURI = target, target.RequestURI()
		request.Header.Set("Content-Type", "application/json")
		answer := httptest.NewRecorder()
		h.Door.Trusted().ServeHTTP(answer, request)
		if answer.Code >= 500 {
			t.Errorf("%s %s %s\nis answered by %d %.500s", method, path, body, answer.Code, answer.Body)
		}
	})
}
