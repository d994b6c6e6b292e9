package mlflow

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"sync"
	"unicode/utf8"

	"dev.varve/backend/fault"
)

// maxBody is the most bytes of a JSON request. MLflow allows a thousand data
// sets of 16 MiB each in one; nobody sends them.
const maxBody = 64 << 20

// bodies and answers keep memory from one request to the next, except when one
// was unusually large.
var (
	bodies  = sync.Pool{New: func() any { return new(bytes.Buffer) }}
	answers = sync.Pool{New: func() any { return new([]byte) }}
)

const (
	keepAtMost   = 1 << 20  // bytes of a body
	answerAtMost = 16 << 20 // bytes of an answer: a long history, a full page of runs
)

// endpoint serves one kind of request. It appends its answer, one JSON object,
// to out.
type endpoint[T any] func(d *door, ctx context.Context, req *T, out []byte) ([]byte, error)

// on makes an endpoint a handler: read, decode, hand on if it belongs
// elsewhere, call, answer.
func on[T any](serve endpoint[T]) func(*door) http.Handler {
	return func(d *door) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := bodies.Get().(*bytes.Buffer)
			defer func() {
				if body.Reset(); body.Cap() <= keepAtMost {
					bodies.Put(body)
				}
			}()
			var req T
			if err := read(r, body, &req); err != nil {
				fail(w, err)
				return
			}
			if d.handOn(w, r, body.Bytes(), &req) {
				return
			}
			out, _ := answers.Get().(*[]byte)
			defer answers.Put(out)
			answer, err := serve(d, r.Context(), &req, (*out)[:0])
			if err != nil {
				fail(w, err)
				return
			}
			writeJSON(w, http.StatusOK, answer)
			if cap(answer) <= answerAtMost {
				*out = answer
			}
		})
	}
}

// answerHeaders are shared by all answers.
var answerHeaders = http.Header{"Content-Type": {"application/json"}, "X-Content-Type-Options": {"nosniff"}}

func writeJSON(w http.ResponseWriter, status int, body []byte) {
	maps.Copy(w.Header(), answerHeaders)
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client has gone; there is nobody to tell
}

// addressed is a request that takes parameters from its path.
type addressed interface{ fromPath(r *http.Request) }

// read decodes a request into req. As in MLflow, a GET with a query has its
// parameters there, and every other request in a JSON object; no body is an
// empty object.
func read(r *http.Request, body *bytes.Buffer, req any) error {
	err := readJSON(r, body, req)
	if a, ok := req.(addressed); ok && err == nil {
		a.fromPath(r)
	}
	return err
}

func readJSON(r *http.Request, body *bytes.Buffer, req any) error {
	get := r.Method == http.MethodGet || r.Method == http.MethodHead
	if get && r.URL.RawQuery != "" {
		return decodeQuery(r.URL, req)
	}
	if r.Method == http.MethodPost || r.Method == http.MethodPut {
		if err := checkContentType(r.Header.Get("Content-Type")); err != nil {
			return err
		}
	}
	body.Grow(int(min(max(r.ContentLength, 0), keepAtMost)) + bytes.MinRead)
	n, err := body.ReadFrom(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		return cutOff(err)
	}
	if n > maxBody {
		return fault.New(fault.Invalid, "The request is larger than %d MiB.", maxBody>>20).
			WithHint("Send it in several parts.")
	}
	if !utf8.Valid(body.Bytes()) { // encoding/json would put something else in its place
		return fault.New(fault.Invalid, "The request is not text: it has bytes that are not UTF-8.")
	}
	if q, ok := req.(quick); ok && readQuick(body.Bytes(), q) {
		return nil
	}
	return decode(body.Bytes(), req)
}

// cutOff is the fault of a body that ended before its end. It hides the cause:
// io.ErrUnexpectedEOF means the end of a file to some who read one.
func cutOff(err error) error {
	if large := new(http.MaxBytesError); errors.As(err, &large) {
		return fault.New(fault.Invalid, "The request is larger than %d MiB.", large.Limit>>20).WithHint("Send it in several parts.")
	}
	return fault.New(fault.Invalid, "The request was cut off: %s", err.Error())
}

// checkContentType is MLflow's check, which also keeps forms of other web sites
// out.
func checkContentType(value string) error {
	if value == "" {
		return fault.New(fault.Invalid, "Bad Request. Content-Type header is missing.")
	}
	kind, _, _ := strings.Cut(value, ";")
	if !strings.EqualFold(strings.TrimSpace(kind), "application/json") {
		return fault.New(fault.Invalid, "Bad Request. Content-Type must be one of ['application/json'].")
	}
	return nil
}

// decode reads one JSON object. Old clients send it as a JSON string that holds
// the object. Unknown fields are ignored; anything behind the object is not.
func decode(body []byte, req any) error {
	body = bytes.TrimLeft(body, " \t\r\n")
	if len(body) > 0 && body[0] == '"' {
		var inner string
		if err := json.Unmarshal(body, &inner); err != nil {
			return badBody(body, err)
		}
		body = []byte(strings.TrimLeft(inner, " \t\r\n"))
	}
	if len(body) == 0 {
		return nil
	}
	if body[0] != '{' && string(bytes.TrimRight(body, " \t\r\n")) != "null" {
		return fault.New(fault.Invalid, "The body of the request must be a JSON object.")
	}
	err := json.Unmarshal(body, req)
	var broken *json.SyntaxError
	if errors.As(err, &broken) {
		if quoted, found := quoteNonFinite(body); found {
			err = json.Unmarshal(quoted, req)
		}
	}
	return badBody(body, err)
}

// nonFinite are the numbers that Python's json writes and reads without quotes,
// though JSON has no such numbers.
var nonFinite = []string{"NaN", "-Infinity", "Infinity"}

// quoteNonFinite puts those into quotes that stand outside of strings.
func quoteNonFinite(body []byte) (quoted []byte, found bool) {
	inside := false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case inside && c == '\\' && i+1 < len(body):
			quoted = append(quoted, c, body[i+1])
			i++
			continue
		case c == '"':
			inside = !inside
		case !inside:
			if word := startsNonFinite(body[i:]); word != "" {
				quoted = append(quoted, '"')
				quoted = append(quoted, word...)
				quoted = append(quoted, '"')
				i += len(word) - 1
				found = true
				continue
			}
		}
		quoted = append(quoted, body[i])
	}
	return quoted, found
}

func startsNonFinite(text []byte) string {
	for _, word := range nonFinite {
		if bytes.HasPrefix(text, []byte(word)) {
			return word
		}
	}
	return ""
}

// badBody turns what encoding/json says into what MLflow says.
func badBody(body []byte, err error) error {
	var wrong *json.UnmarshalTypeError
	if !errors.As(err, &wrong) {
		if err != nil {
			err = fault.New(fault.Invalid, "The body of the request is not valid JSON: %v", err)
		}
		return err
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &fields) == nil {
		for name := range strings.SplitSeq(wrong.Field, ".") {
			if value, ok := fields[name]; ok {
				return wrongType(name, value)
			}
		}
	}
	return fault.New(fault.Invalid, "A field of the request has a wrong type: %v", err)
}

// decodeQuery reads the parameters of a query as if they were the fields of a
// JSON object: repeated fields from repeated keys, everything else as a string.
func decodeQuery(u *url.URL, req any) error {
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return fault.New(fault.Invalid, "The query of the request is malformed: %v", err)
	}
	object := map[string]any{}
	for _, f := range reflect.VisibleFields(reflect.TypeOf(req).Elem()) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		values := query[name]
		switch {
		case name == "" || len(values) == 0:
		case f.Type.Kind() == reflect.Slice:
			object[name] = values
		case f.Type.Kind() == reflect.Bool:
			value := strings.ToLower(values[0])
			if value != "true" && value != "false" {
				return fault.New(fault.Invalid, "Invalid boolean value: %s, must be 'true' or 'false'.", values[0])
			}
			object[name] = value == "true"
		default:
			object[name] = values[0]
		}
	}
	body, err := json.Marshal(object)
	if err != nil {
		return fault.Wrap(err, fault.Internal, "read", "query")
	}
	return badBody(body, json.Unmarshal(body, req))
}
