package window

import (
	"encoding/json"
	"errors"
	"net/http"

	"dev.varve/backend/fault"
)

// Problem is the answer to a request that was refused (RFC 9457, with what the
// pages show beside it).
type Problem struct {
	Status int    `json:"status"`
	Code   string `json:"code"`   // the fault's kind
	Detail string `json:"detail"` // one sentence
	Hint   string `json:"hint,omitempty"`
}

// statuses is this edge's table of faults.
var statuses = map[fault.Kind]int{
	fault.NotFound:    http.StatusNotFound,
	fault.Invalid:     http.StatusBadRequest,
	fault.State:       http.StatusConflict,
	fault.Denied:      http.StatusForbidden,
	fault.Unavailable: http.StatusServiceUnavailable,
	fault.Unsupported: http.StatusNotImplemented,
}

func writeProblem(w http.ResponseWriter, err error) {
	p := Problem{Code: string(fault.KindOf(err)), Detail: err.Error(), Hint: fault.HintOf(err)}
	var f *fault.Error
	if errors.As(err, &f) && f.Message != "" {
		p.Detail = f.Message
	}
	p.Status = statuses[fault.KindOf(err)]
	if p.Status == 0 {
		p.Status = http.StatusInternalServerError
	}
	writeJSON(w, "application/problem+json", p.Status, p)
}

func writeJSON(w http.ResponseWriter, kind string, status int, value any) {
	// The types of this package have neither floats nor cycles: it cannot fail.
	data, _ := json.Marshal(value)
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	// A page that has gone does not read its answer.
	_, _ = w.Write(append(data, '\n'))
}
