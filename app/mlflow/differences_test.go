package mlflow_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the differences in docs/mlflow.md anew")

const (
	manual           = "../../docs/mlflow.md"
	beginDifferences = "<!-- The differences: written by the tests of app/mlflow. -->\n"
	endDifferences   = "<!-- The end of the differences. -->\n"
)

// TestDifferences holds the page to the steps of the session that Varve answers
// otherwise than MLflow.
func TestDifferences(t *testing.T) {
	old, err := os.ReadFile(manual)
	noError(t, err)
	before, rest, ok := strings.Cut(string(old), beginDifferences)
	inside, after, closed := strings.Cut(rest, endDifferences)
	if !ok || !closed {
		t.Fatalf("%s has no place for the differences", manual)
	}
	now := differences(t)
	switch {
	case now == inside:
	case *update:
		noError(t, os.WriteFile(manual, []byte(before+beginDifferences+now+endDifferences+after), 0o644))
	default:
		t.Errorf("the differences in %s are not those of the session; -update writes them anew:\n%s", manual, now)
	}
}

func differences(t *testing.T) string {
	recorded, steps := readRecording(t), session()
	reasons := map[string]string{}
	for _, s := range steps {
		reasons[s.name] = s.why
	}
	var rows strings.Builder
	n := 0
	for i, s := range steps {
		if s.differs == "" {
			continue
		}
		n++
		why := s.why
		if other, ok := strings.CutPrefix(why, "as in "); ok {
			why = reasons[other]
		}
		if why == "" {
			t.Errorf("%s: %q leads to no reason", s.name, s.why)
		}
		call, _, _ := strings.Cut(s.do, "?")
		var differs any
		noError(t, json.Unmarshal([]byte(s.differs), &differs))
		fmt.Fprintf(&rows, "| %s | `%s` | %s | %s | %s |\n", s.name, shown(call), said(recorded[i].Status, recorded[i].Body), said(s.status, differs), why)
	}
	return fmt.Sprintf("%d requests, of which these %d are answered otherwise:\n\n| | call | MLflow | Varve | why |\n| --- | --- | --- | --- | --- |\n%s", len(steps), n, rows.String())
}

// shown is a call as people know it.
func shown(call string) string {
	call = strings.NewReplacer("@", "mlflow-artifacts/artifacts/", "$exp", "…", "$run", "…", "$model", "…").Replace(call)
	return strings.ReplaceAll(call, "|", "\\|")
}

func said(status int, body any) string {
	text := fmt.Sprint(status)
	if m, ok := body.(map[string]any); ok && m["error_code"] != nil {
		text += fmt.Sprintf(" %v", m["error_code"])
	}
	return text
}
