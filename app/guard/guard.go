// Package guard holds the checks that stand before every door on this
// machine's own address, the owner's and the agents'. Any web page in a browser
// can send requests to 127.0.0.1; what it cannot do is name the host, the
// origin and the token right.
package guard

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strconv"
	"strings"
)

// Host reports whether a Host header names this machine and nothing else:
// localhost, 127.0.0.1 or [::1], letter by letter, with any port (a tunnel has
// another one) or none. A page of a rebound name says its own name here.
func Host(host string) bool {
	name, port, hasPort := host, "", false
	if end := strings.IndexByte(host, ']'); strings.HasPrefix(host, "[") && end > 0 {
		name, port = host[:end+1], host[end+1:]
		if port != "" {
			port, hasPort = strings.CutPrefix(port, ":")
			if !hasPort {
				return false
			}
		}
	} else {
		name, port, hasPort = strings.Cut(host, ":")
	}
	if hasPort && !isPort(port) {
		return false
	}
	return name == "localhost" || name == "127.0.0.1" || name == "[::1]"
}

func isPort(s string) bool {
	n, err := strconv.ParseUint(s, 10, 16)
	return err == nil && n > 0 && strconv.FormatUint(n, 10) == s
}

// Origin reports whether a request that says where it comes from comes from
// the door's own pages. Browsers say so in every request that can change
// something. The host has been checked.
func Origin(r *http.Request) bool {
	origins, sent := r.Header["Origin"]
	return !sent || len(origins) == 1 && origins[0] == "http://"+r.Host
}

// Site reports whether a browser that tells apart own and foreign requests
// calls this one its own. "same-site" is another port of this machine, whose
// pages are strangers; "none" is the person who typed an address.
func Site(r *http.Request) bool {
	sites, sent := r.Header["Sec-Fetch-Site"]
	return !sent || len(sites) == 1 && (sites[0] == "same-origin" || sites[0] == "none")
}

// Token reports whether a request carries the token: as Bearer, or as the
// password of Basic, which is what MLflow's clients in all languages can send.
// The comparison takes the same time wherever the difference is; hashing makes
// lengths equal. An empty token opens nothing.
func Token(r *http.Request, token string) bool {
	shown := r.Header["Authorization"]
	if token == "" || len(shown) != 1 {
		return false
	}
	a, b := sha256.Sum256([]byte(credential(r, shown[0]))), sha256.Sum256([]byte(token))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1
}

// credential is the token in an Authorization header: the whole of a Bearer
// one, the password of a Basic one.
func credential(r *http.Request, header string) string {
	if scheme, token, ok := strings.Cut(header, " "); ok && strings.EqualFold(scheme, "Bearer") {
		return token
	}
	_, password, _ := r.BasicAuth()
	return password
}
