package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
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

// ask sends a request, and puts the body of the answer into to.
func (w *wire) ask(ctx context.Context, method, path string, body []byte, to *bytes.Buffer) (status int, err error) {
	if err := w.open(ctx); err != nil {
		return 0, err
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
		return 0, fmt.Errorf("send %s: %w", path, err)
	}
	h, err := readHead(w.in)
	if err == nil {
		to.Reset()
		err = h.readBody(w.in, to)
	}
	if err != nil {
		w.close()
		return 0, fmt.Errorf("read the answer of %s: %w", path, err)
	}
	if w.used = time.Now(); h.last {
		w.used = time.Time{} // the server hangs up
	}
	return h.status, nil
}

// head is what is to be known of an answer to read its body.
type head struct {
	status int
	length int64 // of the body; -1: it comes in pieces, or until the server hangs up
	pieces bool
	last   bool // the server hangs up behind it
}

func readHead(in *bufio.Reader) (h head, err error) {
	line, err := readLine(in)
	if err != nil {
		return h, err
	}
	version, rest, _ := bytes.Cut(line, []byte(" "))
	code, _, _ := bytes.Cut(rest, []byte(" "))
	if h.status, err = strconv.Atoi(string(code)); err != nil || !bytes.HasPrefix(version, []byte("HTTP/1.")) {
		return h, fmt.Errorf("an answer begins with %q", line)
	}
	for h.length = -1; ; {
		line, err := readLine(in)
		if err != nil || len(line) == 0 {
			h.last = h.last || h.length < 0 && !h.pieces
			return h, err
		}
		name, value, _ := bytes.Cut(line, []byte(":"))
		switch value = bytes.TrimSpace(value); {
		case bytes.EqualFold(name, []byte("Content-Length")):
			if h.length, err = strconv.ParseInt(string(value), 10, 64); err != nil || h.length < 0 {
				return h, fmt.Errorf("an answer says that it has %q bytes", value)
			}
		case bytes.EqualFold(name, []byte("Transfer-Encoding")):
			h.pieces = bytes.EqualFold(value, []byte("chunked"))
		case bytes.EqualFold(name, []byte("Connection")):
			h.last = bytes.EqualFold(value, []byte("close"))
		}
	}
}

func (h head) readBody(in *bufio.Reader, to *bytes.Buffer) (err error) {
	switch {
	case h.pieces:
		if _, err = to.ReadFrom(httputil.NewChunkedReader(in)); err != nil {
			return err
		}
		for line := []byte{0}; err == nil && len(line) > 0; { // what may follow the last piece
			line, err = readLine(in)
		}
	case h.length >= 0:
		to.Grow(int(h.length))
		var n int
		n, err = io.ReadFull(in, to.AvailableBuffer()[:h.length])
		to.Write(to.AvailableBuffer()[:n])
	default:
		_, err = to.ReadFrom(in)
	}
	return err
}

// readLine reads a line, which stays valid until the next one.
func readLine(in *bufio.Reader) ([]byte, error) {
	line, err := in.ReadSlice('\n')
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return bytes.TrimRight(line, "\r\n"), err
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
