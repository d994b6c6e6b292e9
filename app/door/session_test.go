package door_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestSession(t *testing.T) {
	h := newHouse(t)
	open := func(code string) int {
		r := request("POST", prefix+"/session", fmt.Sprintf(`{"code":%q}`, code))
		r.Header.Del("Authorization")
		return h.do(r).Code
	}
	var fromAPI struct{ Code string }
	h.call("POST", "/session/code", "", 200, &fromAPI)
	used := h.NewCode()
	for _, c := range []struct {
		name, code string
		status     int
	}{
		{"a code", used, 200}, {"the same code again", used, 401}, {"a code that a program asked for", fromAPI.Code, 200},
		{"no code", "", 401}, {"a made-up code", strings.Repeat("0", 32), 401},
	} {
		if got := open(c.code); got != c.status {
			t.Errorf("%s: %d, want %d", c.name, got, c.status)
		}
	}
	fresh, old := "", h.NewCode()
	h.clock.advance(16 * time.Minute)
	if open(old) != 401 {
		t.Error("a code that is too old opened a session")
	}
	first := h.NewCode()
	for range 32 {
		fresh = h.NewCode()
	}
	if open(first) != 401 || open(fresh) != 200 {
		t.Error("of 33 codes, the first opens a session or the last does not")
	}
}

func TestTheCookieOfASession(t *testing.T) {
	h := newHouse(t)
	c := openSession(t, h)
	if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Domain != "" || c.MaxAge <= 0 || c.Name != "varve_session_77777777" {
		t.Fatalf("the cookie is %+v", c)
	}
	if strings.Contains(c.Value, theToken) {
		t.Fatal("the cookie holds the token")
	}
	ask := func(h *house) int {
		r := httptest.NewRequest("GET", "http://localhost:5000"+prefix+"/alive", nil)
		r.AddCookie(c)
		return h.do(r).Code
	}
	next := newHouse(t)
	if ask(h) != 200 || ask(next) != 200 {
		t.Error("a session does not outlive its owner")
	}
	for i := range len(c.Value) {
		r := httptest.NewRequest("GET", "http://localhost:5000"+prefix+"/alive", nil)
		changed := []byte(c.Value)
		changed[i] ^= 1
		r.AddCookie(&http.Cookie{Name: c.Name, Value: string(changed)})
		if h.do(r).Code == 200 && i < len(c.Value)-1 { // the last letter has spare bits
			t.Fatalf("letter %d of the cookie does not matter", i)
		}
	}
	h.clock.advance(31 * 24 * time.Hour)
	if ask(h) != 401 {
		t.Error("a session lasts for ever")
	}
}
