package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// idle is how long a connection may rest before another is made: some servers hang up
// after five seconds.
const idle = time.Second

// wire is one connection to a server, which stays open. Beside a request it only writes
// and reads: whoever asks shares two cores with whoever answers, and net/http's client
// takes as much of them as a fast server does.
type wire struct {
	host string
	conn net.Conn
	in   *bufio.Reader
	out  []byte // the request, with its body
	used time.Time
	free func() bool // lets the context go
}

// ask sends a request. The body of the answer is to be read to its end before the next one.
func (w *wire) ask(ctx context.Context, method, path string, body []byte) (*http.Response, error) {
	if err := w.open(ctx); err != nil {
		return nil, err
	}
	w.out = append(append(append(w.out[:0], method...), ' '), path...)
	w.out = append(append(w.out, " HTTP/1.1\r\nHost: "...), w.host...)
	if method == http.MethodPost {
		w.out = append(w.out, "\r\nContent-Type: application/json\r\nContent-Length: "...)
		w.out = strconv.AppendInt(w.out, int64(len(body)), 10)
	}
	w.out = append(append(w.out, "\r\n\r\n"...), body...)
	if _, err := w.conn.Write(w.out); err != nil {
		w.close()
		return nil, fmt.Errorf("send %s: %w", path, err)
	}
	resp, err := http.ReadResponse(w.in, &http.Request{Method: method})
	if err != nil {
		w.close()
		return nil, fmt.Errorf("read the answer of %s: %w", path, err)
	}
	if w.used = time.Now(); resp.Close {
		w.used = time.Time{} // the server hangs up
	}
	return resp, nil
}

// open makes a connection, if there is none that was just used.
func (w *wire) open(ctx context.Context) error {
	if w.conn != nil && time.Since(w.used) < idle {
		return nil
	}
	w.close()
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", w.host)
	if err != nil {
		return err
	}
	w.conn, w.in = conn, bufio.NewReaderSize(conn, 64<<10)
	w.free = context.AfterFunc(ctx, func() { _ = conn.Close() })
	return nil
}

func (w *wire) close() {
	if w.conn == nil {
		return
	}
	w.free()
	_ = w.conn.Close() // it was only a connection
	w.conn = nil
}

// hostOf is the host and port of an address such as http://127.0.0.1:5000.
func hostOf(base string) string {
	u, err := url.Parse(base)
	if err != nil {
		return base // what is no address cannot be connected to, and that says why
	}
	return u.Host
}
