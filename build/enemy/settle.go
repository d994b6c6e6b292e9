package enemy

import (
	"context"
	"fmt"
	"net/http"
)

// Settle gives an owner what the entries need: a run with a file, a logged model with
// one, and version 1 of the registered model wine.
func (a *Attack) Settle(ctx context.Context) (k Known, err error) {
	a.client = &http.Client{}
	defer a.client.CloseIdleConnections()
	must := func(r Request) string {
		status, _, body, failed := a.do(ctx, r)
		if err == nil && (failed != nil || status != http.StatusOK) {
			err = fmt.Errorf("%s %s: %d %s, %v", r.Method, r.Target, status, body, failed)
		}
		return body
	}
	k.Experiment = field(must(post(mlflow+"experiments/create", fields{"name": "target"})), "experiment_id")
	k.Run = field(must(post(mlflow+"runs/create", fields{"experiment_id": k.Experiment})), "run_id")
	k.Model = field(must(post(mlflow+"logged-models", fields{"experiment_id": k.Experiment, "name": "m", "source_run_id": k.Run})), "model_id")
	for _, folder := range []string{k.Run, "models/" + k.Model} {
		must(bytesTo("PUT", proxy+"/"+k.Experiment+"/"+folder+"/artifacts/m/MLmodel"))
	}
	must(post(mlflow+"registered-models/create", fields{"name": "wine"}))
	must(post(mlflow+"model-versions/create", fields{"name": "wine", "source": "runs:/" + k.Run + "/m", "run_id": k.Run}))
	return k, err
}

// Description asks an owner what its own interface takes.
func (a *Attack) Description(ctx context.Context) ([]byte, error) {
	a.client = &http.Client{}
	defer a.client.CloseIdleConnections()
	status, _, body, err := a.do(ctx, get("/api/varve/v1/openapi.json"))
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("the description: %d %.200s", status, body)
	}
	return []byte(body), err
}
