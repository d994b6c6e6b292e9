package mlflow

import (
	"encoding/json"
	"net/http"
	"strings"

	"dev.varve/backend/fault"
)

// code is MLflow's name of an error with an HTTP status.
type code struct {
	Name   string
	Status int
}

// codes is the one table from faults to MLflow's errors.
//
// MLflow's clients repeat a request that is answered by 408, 429, 500, 502, 503
// or 504 for minutes, so only what may pass by itself has one of these. That is
// why a full disk is 507 and not MLflow's 429 for RESOURCE_EXHAUSTED, and why
// INVALID_STATE and DATA_LOSS are not its 500.
var codes = map[fault.Kind]code{
	fault.NotFound:    {"RESOURCE_DOES_NOT_EXIST", http.StatusNotFound},
	fault.Invalid:     {"INVALID_PARAMETER_VALUE", http.StatusBadRequest},
	fault.Exists:      {"RESOURCE_ALREADY_EXISTS", http.StatusBadRequest},
	fault.Conflict:    {"RESOURCE_CONFLICT", http.StatusConflict},
	fault.State:       {"INVALID_STATE", http.StatusBadRequest},
	fault.Denied:      {"PERMISSION_DENIED", http.StatusForbidden},
	fault.Untrusted:   {"PERMISSION_DENIED", http.StatusForbidden},
	fault.Locked:      {"RESOURCE_CONFLICT", http.StatusConflict},
	fault.NoSpace:     {"RESOURCE_EXHAUSTED", http.StatusInsufficientStorage},
	fault.Corrupt:     {"DATA_LOSS", http.StatusConflict},
	fault.Newer:       {"INVALID_STATE", http.StatusConflict},
	fault.Unavailable: {"TEMPORARILY_UNAVAILABLE", http.StatusServiceUnavailable},
	fault.Unsupported: {"NOT_IMPLEMENTED", http.StatusNotImplemented},
	fault.Cancelled:   {"CANCELLED", 499},
	fault.Internal:    {"INTERNAL_ERROR", http.StatusInternalServerError},
}

// noEndpoint answers a path that MLflow has and Varve has not, or that nobody
// has. It is not a fault of the record, so it is not in the table.
var noEndpoint = code{"ENDPOINT_NOT_FOUND", http.StatusNotFound}

// fail answers with MLflow's form of an error.
func fail(w http.ResponseWriter, err error) {
	c, ok := codes[fault.KindOf(err)]
	if !ok {
		c = codes[fault.Internal]
	}
	c.answer(w, sentence(err))
}

func (c code) answer(w http.ResponseWriter, message string) {
	body := append([]byte(`{"error_code":`), appendString(nil, c.Name)...)
	body = append(body, `,"message":`...)
	body = appendString(body, message)
	writeJSON(w, c.Status, append(body, '}'))
}

// sentence is what the client shows: the fault and what one can do about it.
func sentence(err error) string {
	text, hint := err.Error(), fault.HintOf(err)
	switch {
	case hint == "":
		return text
	case strings.HasSuffix(text, "."):
		return text + " " + hint
	}
	return text + ". " + hint
}

// seeDocs is what MLflow puts behind the sentences of its request checks.
const seeDocs = " See the API docs for more information about request parameters."

func missing(parameter string) error {
	return fault.New(fault.Invalid, "Missing value for required parameter '%s'.%s", parameter, seeDocs)
}

// need refuses requests that lack a parameter. Pairs are name and value.
func need(pairs ...string) error {
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			return missing(pairs[i])
		}
	}
	return nil
}

// wrongType is MLflow's sentence for a value of a wrong JSON type.
func wrongType(parameter string, value json.RawMessage) error {
	if len(value) > 200 {
		value = append(value[:200:200], "..."...)
	}
	return fault.New(fault.Invalid, "Invalid value %s for parameter '%s' supplied:  Hint: Value was of type '%s'.%s",
		value, parameter, pythonType(value), seeDocs)
}

// pythonType is the type that Python's json gives a value.
func pythonType(value json.RawMessage) string {
	switch value[0] {
	case '"':
		return "str"
	case '[':
		return "list"
	case '{':
		return "dict"
	case 't', 'f':
		return "bool"
	case 'n':
		return "NoneType"
	}
	if strings.ContainsAny(string(value), ".eE") {
		return "float"
	}
	return "int"
}
