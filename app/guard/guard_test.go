package guard_test

import (
	"net/http"
	"testing"

	"dev.varve/app/guard"
)

func TestHost(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost": true, "localhost:5000": true, "LOCALHOST:1": false, "127.0.0.1:8080": true, "[::1]:9": true, "[::1]": true, "127.0.0.1": true,
		"": false, "0.0.0.0": false, "localhost.com": false, "127.0.0.1.nip.io": false, "127.0.0.2": false, "::1": false, "[::]:80": false,
		"localhost:": false, "localhost:80x": false, "localhost.": false, "2130706433": false, "127.1": false, "localhost:80:80": false,
		"evil@localhost": false, "localhost/": false, "192.168.0.1": false, "[::ffff:127.0.0.1]": false, "localhost:123456": false,
	} {
		if got := guard.Host(host); got != want {
			t.Errorf("Host(%q) = %v", host, got)
		}
	}
}

func TestOriginAndToken(t *testing.T) {
	request := func(change func(*http.Request)) *http.Request {
		r, err := http.NewRequest(http.MethodPost, "http://127.0.0.1:5/x", nil)
		if err != nil {
			t.Fatal(err)
		}
		change(r)
		return r
	}
	for origin, want := range map[string]bool{
		"http://127.0.0.1:5": true, "http://127.0.0.1:6": false, "https://127.0.0.1:5": false, "null": false, "": false, "http://localhost:5": false,
	} {
		if got := guard.Origin(request(func(r *http.Request) { r.Header["Origin"] = []string{origin} })); got != want {
			t.Errorf("Origin %q = %v", origin, got)
		}
	}
	if !guard.Origin(request(func(*http.Request) {})) {
		t.Error("no origin is refused")
	}
	for name, test := range map[string]struct {
		set  func(*http.Request)
		want bool
	}{
		"bearer":       {func(r *http.Request) { r.Header.Set("Authorization", "Bearer s3cret") }, true},
		"basic":        {func(r *http.Request) { r.SetBasicAuth("anybody", "s3cret") }, true},
		"wrong":        {func(r *http.Request) { r.Header.Set("Authorization", "Bearer s3cre") }, false},
		"name":         {func(r *http.Request) { r.SetBasicAuth("s3cret", "") }, false},
		"none":         {func(*http.Request) {}, false},
		"other scheme": {func(r *http.Request) { r.Header.Set("Authorization", "Digest s3cret") }, false},
	} {
		if got := guard.Token(request(test.set), "s3cret"); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if guard.Token(request(func(r *http.Request) { r.Header.Set("Authorization", "Bearer ") }), "") {
		t.Error("an empty token opens the door")
	}
}
