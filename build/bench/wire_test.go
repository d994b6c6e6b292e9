package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
)

// speak is a server that answers each request on its first connection with the next text.
func speak(t *testing.T, answers ...string) *wire {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		for _, text := range answers {
			if _, err := conn.Read(make([]byte, 64<<10)); err != nil {
				return
			}
			_, _ = io.WriteString(conn, text)
		}
	}()
	return &wire{host: listener.Addr().String()}
}

func TestAnswersOfAllKindsAreRead(t *testing.T) {
	large := strings.Repeat("x", 200_000)
	w := speak(t,
		"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\ncontent-length: 5\r\n\r\nhello",
		"HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4;x=1\r\ndefg\r\n0\r\nTrailer: 1\r\n\r\n",
		fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(large), large),
		"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.0 200 OK\r\n\r\nuntil the end",
	)
	for i, want := range []struct {
		status int
		body   string
	}{{200, "hello"}, {404, "abcdefg"}, {200, large}, {204, ""}, {200, "until the end"}} {
		var body bytes.Buffer
		status, err := w.ask(t.Context(), "GET", "/", nil, &body)
		if err != nil || status != want.status || body.String() != want.body {
			t.Fatalf("answer %d: %d, %d bytes, %v", i, status, body.Len(), err)
		}
	}
	if !w.used.IsZero() {
		t.Error("a connection on which the server hung up would be used again")
	}
}

func TestHalfAnAnswerIsAnError(t *testing.T) {
	for _, text := range []string{
		"", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n", "SSH-2.0\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
	} {
		var body bytes.Buffer
		if status, err := speak(t, text).ask(t.Context(), "GET", "/", nil, &body); err == nil {
			t.Errorf("%q: %d %q", text, status, body.String())
		}
	}
}
