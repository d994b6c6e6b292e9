package enemy

import (
	"encoding/json"
	"net/url"
	"strings"
)

// Request is one request, as it goes over the wire.
type Request struct {
	Method, Target string // the target is a path and a query, written as they are sent
	Type, Body     string
	Header         map[string]string
}

// Entry is a place where a string comes in.
type Entry struct {
	Name string
	// Play brings it there.
	Play func(send Send, name string)
	// Named says that the string is a folder that the person names, on purpose: what
	// is no plain absolute path is sent.
	Named bool
}

// Send makes a request and returns the body of an answer of 200, or nothing.
type Send func(Request) string

// asking is a place that one request reaches.
func asking(name string, ask func(string) Request) Entry {
	return Entry{Name: name, Play: func(send Send, s string) { send(ask(s)) }}
}

// Known is what the owner has, for requests that are right but for one string.
type Known struct {
	Run, Model, Experiment string // a run, a logged model, and the run's experiment
	Version                string // of the registered model "wine", whose version 1 it is
}

// wire writes a name into a target as an enemy does: as it is, but for what would end
// the target.
func wire(name string) string {
	var b strings.Builder
	for i := range len(name) {
		if c := name[i]; c <= ' ' || c >= 0x7f || c == '#' || c == '?' {
			b.WriteString(url.QueryEscape(name[i : i+1]))
			continue
		}
		b.WriteByte(name[i])
	}
	return strings.ReplaceAll(b.String(), "+", "%20")
}

// segment writes a name so that it arrives as it is, in a path or a query.
func segment(name string) string { return strings.ReplaceAll(url.QueryEscape(name), "+", "%20") }

func encode(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err) // strings, numbers and maps of them
	}
	return string(data)
}

func get(target string) Request { return Request{Method: "GET", Target: target} }

func post(target string, body any) Request {
	return Request{Method: "POST", Target: target, Type: "application/json", Body: encode(body)}
}

func bytesTo(method, target string) Request {
	return Request{Method: method, Target: target, Type: "application/octet-stream", Body: "evil"}
}
