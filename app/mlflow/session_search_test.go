package mlflow_test

// search asks for runs of the first experiment and one more. What a grammar
// means is tested in backend/search; here it is that runs are shown to it
// rightly.
func search(name, rest string) step {
	return step{name: "search " + name, do: "POST runs/search", body: `{"experiment_ids":["$exp","$two"],` + rest + `}`}
}

func page(s step, keep string) step {
	s.keep = keep
	return s
}

func differs(s step, want string) step {
	s.status, s.differs, s.why = 400, want, "Varve goes on and says what to do"
	return s
}

var searchSteps = []step{
	{name: "create third run", do: "POST runs/create", keep: "third=run.info.run_id",
		body:   `{"experiment_id":"$two","user_id":"cat","run_name":"third","start_time":1700000002000}`,
		status: 200, differs: `{"run":{"info":{"run_name":"third"}}}`, why: "as in create run"},
	{name: "fill third run", do: "POST runs/log-batch",
		body: `{"run_id":"$third","metrics":[{"key":"loss","value":0.0625,"timestamp":5,"step":0},{"key":"nan","value":7,"timestamp":6,"step":1}],"params":[{"key":"lr","value":"10"}],"tags":[{"key":"k","value":"W"}]}`},
	{name: "fill second run", do: "POST runs/log-batch",
		body: `{"run_id":"$second","metrics":[{"key":"loss","value":0.5,"timestamp":5,"step":0},{"key":"inf","value":"-Infinity","timestamp":6,"step":1}],"params":[{"key":"lr","value":"9"}]}`},
	search("everything", `"max_results":100`),
	search("by metric", `"filter":"metrics.loss < 0.2","order_by":["metrics.loss"]`),
	search("by metric and order down", `"filter":"metrics.loss > 0.1","order_by":["metrics.loss DESC"]`),
	search("by infinite metric", `"filter":"metrics.inf > 1e300"`),
	search("ordered by NaN", `"order_by":["metrics.nan DESC"]`),
	search("ordered by param", `"order_by":["params.lr"]`),
	search("by param", `"filter":"params.lr = '9' AND attributes.user_id = 'bob'"`),
	search("by absent param", `"filter":"params.depth IS NULL"`),
	search("by tag", `"filter":"tags.k ILIKE 'w'"`),
	search("by run name", `"filter":"run_name = 'tagged'"`),
	search("by run name tag", `"filter":"tags.mlflow.runName LIKE 't%'","order_by":["tags.mlflow.runName DESC"]`),
	search("by parent", "\"filter\":\"tags.mlflow.parentRunId = '$run'\""),
	search("by status", `"filter":"status = 'FAILED'"`),
	search("by start", `"filter":"attributes.start_time >= 1700000001000","order_by":["start_time ASC"]`),
	search("by end", `"filter":"end_time > 0"`),
	search("by run id", `"filter":"run_id IN ('$run','$third')"`),
	search("by artifact uri", `"filter":"artifact_uri LIKE 'mlflow-artifacts:/%$run%'"`),
	search("by dataset", `"filter":"dataset.name = 'wine' AND dataset.context = 'training'"`),
	page(search("first page", `"max_results":1,"order_by":["metrics.loss"]`), "stoken=next_page_token"),
	page(search("second page", `"max_results":1,"order_by":["metrics.loss"],"page_token":"$stoken"`), "stoken=next_page_token"),
	search("last page", `"max_results":1,"order_by":["metrics.loss"],"page_token":"$stoken"`),
	search("deleted", `"run_view_type":"DELETED_ONLY"`),
	search("all by number", `"run_view_type":3,"order_by":["user_id"]`),
	{name: "search no experiment", do: "POST runs/search", body: `{}`},
	{name: "search unknown experiment", do: "POST runs/search", body: `{"experiment_ids":["123456"]}`},
	{name: "search experiment that is no number", do: "POST runs/search", body: `{"experiment_ids":["abc"]}`},
	search("too many", `"max_results":50001`),
	search("none", `"max_results":0`),
	differs(search("with OR", `"filter":"params.lr = '9' OR params.lr = '10'"`),
		`{"message":"Invalid clause(s) in filter string: 'OR'. Only AND can join conditions; OR, NOT and parentheses are not understood here."}`),
	search("with a bad attribute", `"filter":"attributes.nonsense = 'x'"`),
	differs(search("with a bad order", `"order_by":["metrics.loss SIDEWAYS"]`),
		`{"message":"Invalid ordering key in order_by clause 'metrics.loss SIDEWAYS'. Write ASC or DESC after the name."}`),
	search("with a text for order", `"order_by":"metrics.loss"`),
	{name: "search with a bad token", do: "POST runs/search", body: `{"experiment_ids":["$exp"],"page_token":"!!"}`,
		status: 400, differs: `{"error_code":"INVALID_PARAMETER_VALUE"}`, why: "tokens of Varve are others, and so are the words about a bad one"},
}
