package project

import (
	"encoding/json"
	"fmt"
)

// TerminalLine is what a person types in a shell before a script, so that it
// records into a workspace: it takes over what `varve env` prints. program is
// the path of varve; both paths may hold any character.
func TerminalLine(program, workspace string) string {
	return fmt.Sprintf(`eval "$(%s env -w %s)"`, Quote(program), Quote(workspace))
}

// NotebookLine is the same for the first cell of a notebook, in Python 3. Paths
// are text: one that is not UTF-8 has no such line.
func NotebookLine(program, workspace string) string {
	return fmt.Sprintf(`import json, os, subprocess; os.environ.update(json.loads(subprocess.check_output([%s, "env", "--json", "-w", %s])))`,
		literal(program), literal(workspace))
}

// Probe is Python 3 that comes behind a line and asks, as MLflow's clients do,
// for the workspace that the line leads to. It prints the version of Python.
const Probe = `
import base64, os, platform, urllib.request
request = urllib.request.Request(os.environ["MLFLOW_TRACKING_URI"] + "/api/2.0/mlflow/experiments/search?max_results=1")
if "MLFLOW_TRACKING_PASSWORD" in os.environ:
    pair = os.environ["MLFLOW_TRACKING_USERNAME"] + ":" + os.environ["MLFLOW_TRACKING_PASSWORD"]
    request.add_header("Authorization", "Basic " + base64.b64encode(pair.encode()).decode())
urllib.request.urlopen(request, timeout=10).read()
print(platform.python_version())
`

// literal is a string of Python: JSON's are, once what Go escapes for HTML is
// left as it is.
func literal(text string) string {
	data, err := json.Marshal(text)
	if err != nil {
		panic(err) // a string always has a JSON form
	}
	return string(data)
}
