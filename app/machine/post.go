package machine

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"

	"dev.varve/backend/fault"
)

// Poster sends the requests of webhooks (backend/webhook). Proxies of the environment are
// left aside: they would be spoken to in place of the address that was looked at.
type Poster struct{}

const (
	lookupTime = 5 * time.Second
	postTime   = 30 * time.Second // of one request, as in MLflow
	mostAnswer = 64 << 10         // bytes that are kept of an answer
)

// Lookup finds the addresses of a host name.
func (Poster) Lookup(ctx context.Context, host string) ([]netip.Addr, error) {
	ctx, cancel := context.WithTimeout(ctx, lookupTime)
	defer cancel()
	found, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	return found, fault.Wrap(err, fault.Unavailable, "look up", host)
}

// Post sends a body. Each address that it connects to is shown to may first, when the
// name has been looked up for this very connection.
func (Poster) Post(ctx context.Context, url string, header map[string]string, body []byte, may func(netip.Addr) error) (int, string, error) {
	ctx, cancel := context.WithTimeout(ctx, postTime)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return 0, "", fault.Wrap(err, fault.Invalid, "send to", url)
	}
	for name, value := range header {
		r.Header.Set(name, value)
	}
	dialer := net.Dialer{Timeout: postTime, Control: func(_, address string, _ syscall.RawConn) error {
		a, err := netip.ParseAddrPort(address)
		if err != nil {
			return err
		}
		return may(a.Addr())
	}}
	transport := &http.Transport{DialContext: dialer.DialContext, TLSHandshakeTimeout: postTime, DisableKeepAlives: true, ForceAttemptHTTP2: true}
	client := http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(r)
	if err != nil {
		var refused *fault.Error
		if errors.As(err, &refused) {
			return 0, "", refused
		}
		return 0, "", fault.Wrap(err, fault.Unavailable, "send to", url)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, mostAnswer))
	return answer.StatusCode, string(text), fault.Wrap(err, fault.Unavailable, "read the answer of", url)
}
