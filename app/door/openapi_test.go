package door_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"dev.varve/app/door"
)

// operation is what the tests look at of an operation.
type operation struct {
	OperationID string
	Summary     string
	Parameters  []struct{ Name, In string }
	Responses   map[string]struct{ Content map[string]any }
	RequestBody struct{ Content map[string]any }
}

var inPath = regexp.MustCompile(`\{(\w+)\}`)

// TestTheDescriptionIsWhole compares the description with what is registered.
func TestTheDescriptionIsWhole(t *testing.T) {
	data, err := door.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		OpenAPI string
		Paths   map[string]map[string]operation
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(doc.OpenAPI, "3.1") {
		t.Errorf("it is OpenAPI %s", doc.OpenAPI)
	}
	ids := map[string]bool{}
	for path, methods := range doc.Paths {
		for method, o := range methods {
			if o.Summary == "" || ids[o.OperationID] {
				t.Errorf("%s %s: summary %q, id %q", method, path, o.Summary, o.OperationID)
			}
			ids[o.OperationID] = true
			for _, name := range inPath.FindAllStringSubmatch(path, -1) {
				if !slices.ContainsFunc(o.Parameters, func(p struct{ Name, In string }) bool { return p.Name == name[1] && p.In == "path" }) {
					t.Errorf("%s %s does not describe %s", method, path, name[1])
				}
			}
			if _, ok := o.Responses["default"].Content["application/problem+json"]; !ok {
				t.Errorf("%s %s does not describe its problems", method, path)
			}
			if len(o.Responses["200"].Content) != 1 {
				t.Errorf("%s %s answers %v", method, path, o.Responses["200"].Content)
			}
		}
	}
	h := newHouse(t)
	for _, pattern := range h.Patterns() {
		method, path, ok := strings.Cut(pattern, " ")
		if !ok || !strings.HasPrefix(path, prefix) || strings.HasSuffix(path, "/openapi.json") {
			continue
		}
		if doc.Paths[path][strings.ToLower(method)].Summary == "" {
			t.Errorf("%s is not described", pattern)
		}
	}
	var served, printed map[string]any
	if err := json.Unmarshal(h.do(request("GET", prefix+"/openapi.json", "")).Body.Bytes(), &served); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &printed); err != nil {
		t.Fatal(err)
	}
	if len(served["paths"].(map[string]any)) != len(printed["paths"].(map[string]any)) {
		t.Error("what is served differs from what is printed")
	}
}
