package desk

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"dev.varve/app/client"
)

// TestAnOwnerThatHangs is asked questions, which end, and told something, which
// is waited for.
func TestAnOwnerThatHangs(t *testing.T) {
	goOn := make(chan struct{})
	owner := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			<-goOn
		}
		w.WriteHeader(http.StatusAccepted)
	}))
	defer owner.Close()
	defer close(goOn)
	pages := handOn(client.New(owner.URL, ""), time.Millisecond)
	for method, want := range map[string]int{http.MethodGet: http.StatusServiceUnavailable, http.MethodPost: http.StatusAccepted} {
		w := httptest.NewRecorder()
		pages.ServeHTTP(w, httptest.NewRequest(method, "/api/varve/v1/runs", nil))
		if w.Code != want {
			t.Errorf("%s is answered with %d, want %d", method, w.Code, want)
		}
	}
}
