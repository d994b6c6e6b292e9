// Package guard holds the checks that stand before every door on this
// machine's own address, the owner's and the agents'. Any web page in a browser
// can send requests to 127.0.0.1; what it cannot do is name the host, the
// origin and the token right.
package guard

import (
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"strings"
)

// Host reports whether a Host header names this machine and nothing else:
// localhost, 127.0.0.1 or [::1], with any port, since tunnels change it. A
// name that somebody made resolve to 127.0.0.1 (DNS rebinding) is refused.
func Host(host string) bool {
	name := host
	if h, port, err := net.SplitHostPort(host); err == nil {
		if !isPort(port) {
			return false
		}
		name = h
		if strings.Contains(name, ":") {
			name = "[" + name + "]"
		}
	}
	switch strings.ToLower(name) {
	case "localhost", "127.0.0.1", "[::1]":
		return true
	}
	return false
}

func isPort(s string) bool {
	if s == "" || len(s) > 5 {
		return false
	}
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// Origin reports whether a request comes from a page of this very door, or
// from no page at all.
func Origin(r *http.Request) bool {
	origins := r.Header.Values("Origin")
	return len(origins) == 0 || len(origins) == 1 && strings.EqualFold(origins[0], "http://"+r.Host)
}

// Token reports whether a request carries the token: as Bearer, or as the
// password of Basic, which is what MLflow's clients in all languages can send.
// The comparison takes the same time whatever is wrong.
func Token(r *http.Request, token string) bool {
	if token == "" {
		return false
	}
	given := ""
	if _, password, ok := r.BasicAuth(); ok {
		given = password
	} else if kind, value, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(kind, "Bearer") {
		given = strings.TrimSpace(value)
	}
	a, b := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(token))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1
}
