package door

import (
	"context"
	"errors"
	"net/http"
	"path"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"dev.varve/app/door/api"
	"dev.varve/backend/fault"
)

// Huma takes its form of errors, and whether a list may be null, from package
// variables; nothing else in Varve uses huma.
func init() {
	huma.NewError = newError
	huma.DefaultArrayNullable = false
}

// newAPI returns huma's half of the routes: it reads and checks requests by
// the types of their handlers, and describes them as OpenAPI. It serves no
// pages of its own and adds nothing to answers.
func newAPI(r *routes, version string) huma.API {
	c := huma.DefaultConfig("Varve", version)
	c.Info.Description = "The interface of one Varve workspace. Errors are Problem (RFC 9457). " +
		"Times are milliseconds since 1970, durations milliseconds, sizes bytes."
	c.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	c.OpenAPIPath, c.DocsPath, c.SchemasPath, c.CreateHooks = "", "", "", nil
	c.Components.Schemas.RegisterTypeAlias(reflect.TypeFor[api.Number](), reflect.TypeFor[number]())
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token":   {Type: "http", Scheme: "bearer"},
		"basic":   {Type: "http", Scheme: "basic", Description: "The token is the password; the name does not matter."},
		"session": {Type: "apiKey", In: "cookie", Name: cookiePrefix, Description: "Opened with a code; its name ends with the workspace's id."},
	}
	c.Security = []map[string][]string{{"token": {}}, {"basic": {}}, {"session": {}}}
	return humago.New(r, c)
}

// schemaName names a type in the description: those of this interface by their
// own name, others (agents and owners exchange some) with their package before
// it, since two packages may have a name in common.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	switch pkg := path.Base(t.PkgPath()); pkg {
	case "api", "door", ".":
		return name
	default:
		return strings.ToUpper(pkg[:1]) + pkg[1:] + name
	}
}

// number describes api.Number.
type number float64

// Schema is a number, or a word for what JSON has no number for.
func (number) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{OneOf: []*huma.Schema{
		{Type: huma.TypeNumber},
		{Type: huma.TypeString, Enum: []any{"NaN", "Infinity", "-Infinity"}},
	}}
}

// newError turns what huma found wrong with a request into a Problem.
func newError(status int, message string, errs ...error) huma.StatusError {
	p := &api.Problem{Status: status, Code: string(fault.Invalid), Title: "This request is not understood: " + message + "."}
	switch {
	case status == http.StatusUnprocessableEntity:
		p.Status = http.StatusBadRequest
	case status == http.StatusRequestEntityTooLarge:
		p.Title = "This request is too large."
	case status == http.StatusRequestTimeout:
		p.Code, p.Title = string(fault.Unavailable), "The request did not arrive in time."
	case status >= http.StatusInternalServerError:
		p.Code, p.Title = string(fault.Internal), "Varve failed at this; the rest goes on."
	}
	var detail huma.ErrorDetailer
	for _, err := range errs {
		if errors.As(err, &detail) {
			p.Title, p.Field = inWords(detail.ErrorDetail())
			break // one thing at a time
		}
	}
	return p
}

// inWords says what is wrong with one part of a request.
func inWords(d *huma.ErrorDetail) (title, field string) {
	where, name, _ := strings.Cut(d.Location, ".")
	if name == "" {
		name = where
	}
	message := strings.TrimPrefix(d.Message, "expected ")
	if missing, ok := strings.CutPrefix(message, "required property "); ok {
		missing, _, _ = strings.Cut(missing, " to be present")
		if name == "body" {
			name = missing
		} else {
			name += "." + missing
		}
		return "The request lacks " + name + ".", name
	}
	if name == "body" {
		name = "the body of the request"
	}
	switch {
	case strings.HasPrefix(d.Message, "required "):
		return "The request lacks " + name + ".", name
	case d.Message == "unexpected property":
		return "The request has " + name + ", which Varve does not know.", name
	case message != d.Message:
		return sentenceOn(name, name+" has to be: "+message), name
	}
	return sentenceOn(name, name+" is wrong: "+d.Message), name
}

// add registers one operation. The handler's error becomes a Problem.
func add[I, O any](d *Door, h huma.API, op huma.Operation, handler func(context.Context, *I) (*O, error)) {
	op.BodyReadTimeout = -1 // the guard sets the limits of time, and takes them off again
	what := op.Method + " " + op.Path
	huma.Register(h, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := handler(ctx, in)
		if err == nil {
			return out, nil
		}
		p := problemOf(err)
		d.note(ctx, what, p, err)
		return nil, p
	})
}
