package machine

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"dev.varve/backend/fault"
)

// TestPost checks that an address is shown before anything is said to it, and that no
// redirect is followed.
func TestPost(t *testing.T) {
	asked := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		body, _ := io.ReadAll(r.Body)
		if r.URL.Path == "/away" {
			http.Redirect(w, r, "/", http.StatusTemporaryRedirect)
			return
		}
		_, _ = w.Write([]byte(r.Header.Get("X-Test") + string(body)))
	}))
	defer s.Close()
	allow := func(netip.Addr) error { return nil }
	refuse := func(a netip.Addr) error { return fault.New(fault.Denied, "not to %s", a) }
	header := map[string]string{"X-Test": "a"}
	if status, answer, err := (Poster{}).Post(t.Context(), s.URL, header, []byte("b"), allow); status != 200 || answer != "ab" || err != nil {
		t.Errorf("%d %q %v", status, answer, err)
	}
	if status, _, err := (Poster{}).Post(t.Context(), s.URL+"/away", header, nil, allow); status != http.StatusTemporaryRedirect || err != nil || asked != 2 {
		t.Errorf("a redirect: %d %v, %d requests", status, err, asked)
	}
	if _, _, err := (Poster{}).Post(t.Context(), s.URL, header, nil, refuse); !errors.Is(err, fault.Denied) || asked != 2 {
		t.Errorf("an address that is refused: %v, %d requests", err, asked)
	}
}
