// Package mlflow speaks MLflow's REST interface (versions 2 and 3) over the
// record of a workspace or of an agent: what an unchanged script that calls
// mlflow needs. It translates and never decides: rules, limits and sentences
// are backend/track's and backend/search's.
//
// New returns the handler. It guards nothing; the door in front of it does.
//
// One request goes like this. routes.go says which endpoint a method and path
// mean. request.go reads the JSON body, or the query, into the endpoint's
// request type. If the door belongs to an agent, elsewhere.go asks the request
// whether it concerns something that this record has, and otherwise hands it on
// to the owner. The endpoint calls the tracker and appends its answer to a
// buffer (encode*.go). A fault becomes MLflow's error in errors.go, and nowhere
// else.
//
// Where answers differ from those of MLflow's server on purpose is listed, each
// with its reason, in session_*_test.go.
package mlflow
