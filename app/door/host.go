package door

import (
	"net/http"
	"strconv"
	"strings"
)

// ownHost reports whether a Host header names this machine and nothing else:
// localhost, 127.0.0.1 or [::1], letter by letter, with any port (a tunnel has
// another one) or none. A page of a rebound name says its own name here.
func ownHost(host string) bool {
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

// ownOrigin reports whether a request that says where it comes from comes from
// the door's own pages. Browsers say so in every request that can change
// something. host has been checked.
func ownOrigin(r *http.Request) bool {
	origins, sent := r.Header["Origin"]
	return !sent || len(origins) == 1 && origins[0] == "http://"+r.Host
}

// ownSite reports whether a browser that tells apart own and foreign requests
// calls this one its own. "same-site" is another port of this machine, whose
// pages are strangers; "none" is the person who typed an address.
func ownSite(r *http.Request) bool {
	sites, sent := r.Header["Sec-Fetch-Site"]
	return !sent || len(sites) == 1 && (sites[0] == "same-origin" || sites[0] == "none")
}
