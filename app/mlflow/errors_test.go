package mlflow

import (
	"net/http/httptest"
	"testing"

	"dev.varve/backend/fault"
)

// repeated are the statuses after which MLflow's Python client sends a request
// again, for minutes (mlflow/utils/request_utils.py).
var repeated = map[int]bool{408: true, 429: true, 500: true, 502: true, 503: true, 504: true}

// TestCodes checks that every kind of fault has a code, and that only what may
// pass by itself is one that clients repeat.
func TestCodes(t *testing.T) {
	kinds := []fault.Kind{
		fault.NotFound, fault.Invalid, fault.Exists, fault.Conflict, fault.State, fault.Denied, fault.Locked, fault.NoSpace, fault.Corrupt,
		fault.Newer, fault.Untrusted, fault.Unavailable, fault.Unsupported, fault.Cancelled, fault.Internal,
	}
	if len(codes) != len(kinds) {
		t.Errorf("%d codes for %d kinds", len(codes), len(kinds))
	}
	for _, kind := range kinds {
		c, ok := codes[kind]
		if !ok || c.Name == "" || c.Status < 400 {
			t.Errorf("%q has no code", kind)
		}
		passes := kind == fault.Unavailable || kind == fault.Internal
		if repeated[c.Status] != passes {
			t.Errorf("%q is %d: repeated by clients %v, want %v", kind, c.Status, repeated[c.Status], passes)
		}
	}
}

// TestFail checks the form of an error, and that it says what one can do.
func TestFail(t *testing.T) {
	for _, c := range []struct {
		err    error
		status int
		want   string
	}{
		{fault.New(fault.NotFound, "no such run"), 404, `{"error_code":"RESOURCE_DOES_NOT_EXIST","message":"no such run"}`},
		{fault.New(fault.NoSpace, "the disk is full").WithHint("Free some space."), 507,
			`{"error_code":"RESOURCE_EXHAUSTED","message":"the disk is full. Free some space."}`},
		{fault.New(fault.Invalid, "Wrong.").WithHint("Do it so."), 400, `{"error_code":"INVALID_PARAMETER_VALUE","message":"Wrong. Do it so."}`},
		{fault.Wrap(errCannot{}, fault.Internal, "read", "x"), 500, `{"error_code":"INTERNAL_ERROR","message":"read x: cannot \"do\" it"}`},
		{errCannot{}, 500, `{"error_code":"INTERNAL_ERROR","message":"cannot \"do\" it"}`},
		{fault.New("a kind from tomorrow", "x"), 500, `{"error_code":"INTERNAL_ERROR","message":"x"}`},
	} {
		w := httptest.NewRecorder()
		fail(w, c.err)
		if w.Code != c.status || w.Body.String() != c.want || w.Header().Get("Content-Type") != "application/json" {
			t.Errorf("%v: %d %s", c.err, w.Code, w.Body)
		}
	}
}

type errCannot struct{}

func (errCannot) Error() string { return `cannot "do" it` }
