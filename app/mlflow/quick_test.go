package mlflow

import "testing"

// TestTheUsualFormIsReadByHand checks that what MLflow's clients send is not left
// to encoding/json, which would be right, and slow.
func TestTheUsualFormIsReadByHand(t *testing.T) {
	for body, req := range map[string]quick{
		`{"run_id": "r", "run_uuid": "r", "key": "loss", "value": 0.25, "timestamp": 1700000000000, "step": 3}`:                                                                    &logMetric{},
		`{"run_id": "r", "metrics": [{"key": "loss", "value": -1.5e-07, "timestamp": 1, "step": 0}], "params": [{"key": "α", "value": ""}], "tags": [{"key": "k", "value": "v"}]}`: &logBatch{},
	} {
		if !readQuick([]byte(body), req) {
			t.Errorf("%s is left to encoding/json", body)
		}
	}
}
