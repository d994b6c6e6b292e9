//go:build desktop

// Command shellapp is the window of Varve around a small handler instead of the
// door, for tests of the window itself:
//
//	shellapp [-state FILE] [-stay]
//
// USR2 raises the window. With -stay, a person cannot close it.
package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"

	"dev.varve/app/window"
	"dev.varve/backend/fault"
)

//go:embed page.html
var page []byte

//go:embed page.js
var script []byte

//go:embed artifact.html
var artifact []byte

func main() {
	state := flag.String("state", "", "where size and place are remembered")
	stay := flag.Bool("stay", false, "do not close when a person asks")
	flag.Parse()

	raise := make(chan struct{})
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGUSR2)
	go func() {
		for range signals {
			raise <- struct{}{}
		}
	}()
	err := window.Run(window.Options{
		Title:     "Shell",
		Name:      "varve-shelltest",
		Handler:   handler(),
		StateFile: *state,
		Raise:     raise,
		MayClose: func(context.Context) bool {
			fmt.Println("asked to close")
			return !*stay
		},
		OnDrop: func(d window.Drop) { fmt.Printf("dropped %d\n", len(d.Paths)) },
		Log:    slog.New(slog.NewTextHandler(os.Stdout, nil)),
	})
	if err != nil {
		fmt.Println(err, "/", fault.KindOf(err), "/", fault.HintOf(err))
		os.Exit(1)
	}
	fmt.Println("closed")
}

func handler() http.Handler {
	var streams, posts atomic.Int64
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Println("page loaded")
		w.Header().Set("Content-Security-Policy", "default-src 'self'; frame-src 'self'; object-src 'none'; base-uri 'none'")
		send(w, "text/html; charset=utf-8", page)
	})
	mux.HandleFunc("GET /page.js", func(w http.ResponseWriter, _ *http.Request) {
		send(w, "text/javascript; charset=utf-8", script)
	})
	// A page that came from a run: hostile, in a sandboxed frame.
	mux.HandleFunc("GET /artifact/index.html", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Security-Policy", "sandbox allow-scripts")
		send(w, "text/html; charset=utf-8", artifact)
	})
	mux.HandleFunc("POST /echo", func(w http.ResponseWriter, r *http.Request) {
		posts.Add(1)
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.WriteHeader(http.StatusCreated)
		_ = json.NewEncoder(w).Encode(map[string]any{"header": r.Header.Get("X-Test"), "length": len(body), "body": string(body[:min(len(body), 100)])})
	})
	mux.HandleFunc("GET /posts", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, posts.Load()) })
	mux.HandleFunc("GET /bytes", func(w http.ResponseWriter, r *http.Request) {
		content := bytes.Repeat([]byte("0123456789"), 100_000)
		http.ServeContent(w, r, "bytes.bin", time.Time{}, bytes.NewReader(content))
	})
	mux.HandleFunc("GET /status/{code}", func(w http.ResponseWriter, r *http.Request) {
		code, err := strconv.Atoi(r.PathValue("code"))
		if err != nil {
			code = http.StatusBadRequest
		}
		w.WriteHeader(code)
		fmt.Fprint(w, "status ", code)
	})
	mux.HandleFunc("GET /panic", func(http.ResponseWriter, *http.Request) { panic("on purpose") })
	mux.HandleFunc("GET /streams", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, streams.Load()) })
	mux.HandleFunc("GET /stream", func(w http.ResponseWriter, r *http.Request) {
		streams.Add(1)
		defer streams.Add(-1)
		w.Header().Set("Content-Type", "text/event-stream")
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for n := 0; ; n++ {
			fmt.Fprintf(w, "data: %d\n\n", n)
			select {
			case <-r.Context().Done():
				return
			case <-tick.C:
			}
		}
	})
	return mux
}

func send(w http.ResponseWriter, kind string, data []byte) {
	w.Header().Set("Content-Type", kind)
	_, _ = w.Write(data) // a page that has gone does not read
}
