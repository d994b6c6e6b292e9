package mlflow_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"dev.varve/app/mlflow"
)

// TestRows asks for each property of experiments and logged models by a filter
// that it fulfils and by one that it does not.
func TestRows(t *testing.T) {
	r := newRig(t)
	before := time.Now().UnixMilli()
	x := at(t, r.want(t, 200, "POST", api+"experiments/create", `{"name":"field","tags":[{"key":"k","value":"v"}]}`), "experiment_id").(string)
	run := at(t, r.want(t, 200, "POST", api+"runs/create", `{"experiment_id":"`+x+`"}`), "run.info.run_id").(string)
	model := at(t, r.want(t, 200, "POST", api+"logged-models",
		`{"experiment_id":"`+x+`","name":"net","model_type":"sklearn","source_run_id":"`+run+`","params":[{"key":"lr","value":"0.1"}],"tags":[{"key":"t","value":"v"}]}`), "model.info.model_id").(string)
	r.want(t, 200, "PATCH", api+"logged-models/"+model, `{"status":3}`)
	after := time.Now().UnixMilli()

	experiments := func(filter string) (int, string) {
		answer := r.want(t, 200, "POST", api+"experiments/search", fmt.Sprintf(`{"filter":%q}`, filter))
		rows, _ := answer["experiments"].([]any)
		return len(rows), compact(answer)
	}
	models := func(filter string) (int, string) {
		answer := r.want(t, 200, "POST", api+"logged-models/search", fmt.Sprintf(`{"experiment_ids":[%q],"filter":%q}`, x, filter))
		rows, _ := answer["models"].([]any)
		return len(rows), compact(answer)
	}
	for _, c := range []struct {
		find    func(string) (int, string)
		yes, no string
	}{
		{experiments, "name = 'field'", "name = 'lab'"},
		{experiments, "experiment_id = '" + x + "'", "experiment_id = '1'"},
		{experiments, fmt.Sprintf("name = 'field' AND creation_time >= %d", before), fmt.Sprintf("creation_time > %d", after)},
		{experiments, fmt.Sprintf("name = 'field' AND last_update_time <= %d", after), fmt.Sprintf("last_update_time > %d", after)},
		{experiments, "tags.k = 'v'", "tags.k = 'w'"},
		{models, "name = 'net'", "name = 'x'"},
		{models, "model_id = '" + model + "'", "model_id = 'm-1'"},
		{models, "model_type = 'sklearn'", "model_type = 'torch'"},
		{models, "status = 'FAILED'", "status = 'READY'"},
		{models, "source_run_id = '" + run + "'", "source_run_id = ''"},
		{models, "experiment_id = '" + x + "'", "experiment_id = '1'"},
		{models, "artifact_location LIKE '%" + model + "/artifacts'", "artifact_location = ''"},
		{models, "lifecycle_stage = 'active'", "lifecycle_stage = 'deleted'"},
		{models, fmt.Sprintf("creation_timestamp >= %d AND last_updated_timestamp <= %d", before, after), fmt.Sprintf("creation_timestamp > %d", after)},
		{models, "params.lr = '0.1'", "params.depth = '1'"},
		{models, "tags.t = 'v'", "tags.u = 'v'"},
		{models, "", "status_message = 'x'"},
	} {
		if n, text := c.find(c.yes); n != 1 && c.yes != "" {
			t.Errorf("%s: %d found: %s", c.yes, n, text)
		}
		if n, text := c.find(c.no); n != 0 {
			t.Errorf("%s: %d found: %s", c.no, n, text)
		}
	}
}

// TestQueries sends parameters in a query in forms that clients have.
func TestQueries(t *testing.T) {
	r := newRig(t)
	r.want(t, 200, "POST", api+"experiments/create", `{"name":"a b+c","tags":[{"key":"n","value":"1"}]}`)
	r.want(t, 200, "POST", api+"experiments/create", `{"name":"z","tags":[{"key":"n","value":"1"}]}`)
	for _, c := range []struct {
		target string
		status int
		want   string
	}{
		{"experiments/get-by-name?experiment_name=a%20b%2Bc", 200, `"name":"a b+c"`},
		{"experiments/get-by-name?experiment_name=a+b%2Bc", 200, `"name":"a b+c"`},
		{"experiments/search?max_results=1e0&order_by=tags.n&order_by=name%20DESC", 400, "Invalid order_by"},
		{"experiments/search?max_results=1e0&order_by=name+DESC&order_by=creation_time", 200, `"name":"z"`},
		{"experiments/search?max_results=five", 400, `Invalid value \"five\" for parameter 'max_results' supplied`},
		{"experiments/search?max_results=%zz", 400, "malformed"},
		{"logged-models/m-0123456789abcdef0123456789abcdef?allow_deleted=perhaps", 400, "Invalid boolean value: perhaps"},
		{"logged-models/m-0123456789abcdef0123456789abcdef?allow_deleted=TRUE", 404, "not found"},
	} {
		w := r.do(t, "GET", api+c.target, "")
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.want) {
			t.Errorf("%s: %d %s", c.target, w.Code, w.Body)
		}
	}
}

// TestWrongTypes checks that a value of a wrong type is named, as MLflow names it.
func TestWrongTypes(t *testing.T) {
	r := newRig(t)
	run := r.newRun(t)
	for value, kind := range map[string]string{`true`: "bool", `[1]`: "list", `{"a":1}`: "dict", `1.5`: "float", `7`: "int"} {
		answer := r.want(t, 400, "POST", api+"runs/set-tag", `{"run_id":"`+run+`","key":"k","value":`+value+`}`)
		want := fmt.Sprintf("Invalid value %s for parameter 'value' supplied:  Hint: Value was of type '%s'.", value, kind)
		if !strings.HasPrefix(answer["message"].(string), want) {
			t.Errorf("%s: %v", value, answer["message"])
		}
	}
	long := r.want(t, 400, "POST", api+"runs/log-batch", `{"run_id":"`+run+`","params":"`+strings.Repeat("x", 5000)+`"}`)
	if n := len(long["message"].(string)); n > 400 {
		t.Errorf("a message of %d bytes", n)
	}
	w := r.send(t, "POST", api+"runs/set-tag", strings.NewReader(`{}`), "Content-Type", "text/plain")
	if w.Code != 400 || !strings.Contains(w.Body.String(), "Content-Type must be one of") {
		t.Errorf("a form of another page: %d %s", w.Code, w.Body)
	}
}

// TestAgentPassesStreamsOn checks that an answer of the owner's that comes in
// parts is passed on in parts.
func TestAgentPassesStreamsOn(t *testing.T) {
	first := make(chan struct{})
	owner := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("one "))
		w.(http.Flusher).Flush()
		<-first
		_, _ = w.Write([]byte("two"))
	})
	agent := newRig(t, func(o *mlflow.Options) { o.Elsewhere = owner })
	server := httptest.NewServer(agent)
	defer server.Close()
	res, err := http.Get(server.URL + proxy + "0/0123456789abcdef0123456789abcdef/artifacts/f")
	noError(t, err)
	defer res.Body.Close()
	part := make([]byte, 4)
	_, err = res.Body.Read(part)
	noError(t, err)
	close(first)
	rest := make([]byte, 3)
	_, err = res.Body.Read(rest)
	if string(part)+string(rest) != "one two" || err != nil && err.Error() != "EOF" {
		t.Errorf("%q %q %v", part, rest, err)
	}
}
