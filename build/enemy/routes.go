package enemy

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// What of Varve's own interface is not asked, and why; and what takes a folder that the
// person names.
var (
	left = map[string]string{
		"events": "does not end", "poll": "waits", "openSession": "takes a code, and slows down whoever guesses", "newSessionCode": "takes nothing",
		"purge": "rewrites the journal each time; previewPurge takes the same",
	}
	named = map[string]bool{
		"backup": true, "look": true, "addData": true, "restoreData": true, "openProject": true, "project": true, "prepareRun": true, "startRun": true, "startSweep": true,
		"import": true, "lookAtImport": true, "openWorkspace": true, "keepWorkspace": true, "forgetWorkspace": true,
	}
)

// description is the part of OpenAPI that says what a route takes.
type description struct {
	Paths      map[string]map[string]operation
	Components struct{ Schemas map[string]schema }
}

type operation struct {
	ID         string `json:"operationId"`
	Parameters []struct {
		Name, In string
		Required bool
		Schema   schema
	}
	RequestBody struct {
		Content map[string]struct{ Schema schema }
	}
}

type schema struct {
	Ref        string `json:"$ref"`
	Type       any
	Enum       []any
	Items      *schema
	Properties map[string]schema
	Required   []string
	Minimum    float64
}

// Routes are all places of Varve's own interface that take a string, by its
// description: each route once for each string in its path, its query and its body.
func Routes(openapi []byte, k Known) ([]Entry, error) {
	var d description
	if err := json.Unmarshal(openapi, &d); err != nil {
		return nil, err
	}
	var list []Entry
	for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
		for method, o := range d.Paths[path] {
			if left[o.ID] == "" {
				list = append(list, d.entries(strings.ToUpper(method), path, o, k)...)
			}
		}
	}
	if len(list) < 50 {
		return nil, fmt.Errorf("the description has %d strings", len(list))
	}
	return list, nil
}

// entries are those of one route.
func (d *description) entries(method, path string, o operation, k Known) (list []Entry) {
	body, isJSON := o.RequestBody.Content["application/json"]
	request := func(param string, s string, value any) Request {
		r := Request{Method: method, Target: path}
		query := ""
		for _, p := range o.Parameters {
			text, sent := k.usual(p.Name), p.Required
			if p.Name == param {
				text, sent = segment(s), true
			}
			switch {
			case p.In == "path":
				r.Target = strings.Replace(r.Target, "{"+p.Name+"}", text, 1)
			case p.In == "query" && sent:
				query += "&" + p.Name + "=" + text
			}
		}
		if query != "" {
			r.Target += "?" + query[1:]
		}
		switch {
		case isJSON:
			r.Type, r.Body = "application/json", encode(value)
		case len(o.RequestBody.Content) > 0:
			r.Type, r.Body = "application/octet-stream", "evil"
		}
		return r
	}
	for _, p := range o.Parameters {
		if (p.In == "path" || p.In == "query") && (p.Schema.Type == "string" || p.Schema.Items != nil) {
			list = append(list, asking(o.ID+" "+p.Name, func(s string) Request { return request(p.Name, s, d.sample(body.Schema, k, "", "")) }))
		}
	}
	if isJSON {
		for _, name := range d.texts(body.Schema) {
			list = append(list, asking(o.ID+" body "+name, func(s string) Request { return request("", "", d.sample(body.Schema, k, name, s)) }))
		}
	}
	if o.ID == "addressFile" || o.ID == "storeFile" || o.ID == "addressFiles" { // an address with a path in it
		for _, before := range []string{"runs:/" + k.Run + "/", "runs:/", "models:/", "models:/wine/1/", "mlflow-artifacts:/", "mlflow-artifacts:/" + k.Experiment + "/" + k.Run + "/artifacts/"} {
			list = append(list, asking(o.ID+" "+before, func(s string) Request { return request("address", before+s, nil) }))
		}
	}
	for i := range list {
		list[i].Named = named[o.ID]
	}
	return list
}

// usual is a value that is right for a parameter.
func (k Known) usual(name string) string {
	switch name {
	case "run", "a", "b":
		return k.Run
	case "model":
		return "wine"
	case "version":
		return "1"
	case "experiment":
		return k.Experiment
	case "address":
		return segment("runs:/" + k.Run)
	}
	return "x"
}

func (d *description) deref(s schema) schema {
	if s.Ref != "" {
		return d.Components.Schemas[s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]]
	}
	return s
}

// texts are the properties of an object that are texts, or lists of them.
func (d *description) texts(s schema) (list []string) {
	s = d.deref(s)
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		p := d.deref(s.Properties[name])
		if p.Type == "string" && len(p.Enum) == 0 || p.Items != nil && d.deref(*p.Items).Type == "string" {
			list = append(list, name)
		}
	}
	return list
}

// sample is a value that fits a schema, with a text in one property.
func (d *description) sample(s schema, k Known, property, text string) any {
	s = d.deref(s)
	switch {
	case len(s.Enum) > 0:
		return s.Enum[0]
	case s.Type == "string":
		return "x"
	case s.Type == "integer" || s.Type == "number":
		return max(s.Minimum, 1)
	case s.Type == "boolean":
		return false
	case s.Items != nil:
		return []any{}
	}
	out := map[string]any{}
	for name, p := range s.Properties {
		p = d.deref(p)
		switch {
		case name == property && p.Items != nil:
			out[name] = []string{text}
		case name == property:
			out[name] = text
		case slices.Contains(s.Required, name) && p.Type == "string" && len(p.Enum) == 0:
			out[name] = k.usual(name)
		case slices.Contains(s.Required, name):
			out[name] = d.sample(p, k, "", "")
		}
	}
	return out
}
