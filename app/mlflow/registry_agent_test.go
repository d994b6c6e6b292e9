package mlflow_test

import (
	"strings"
	"testing"
)

// TestAgentAsksForTheRegistry checks that the owner answers a run's calls of the
// registry, and that its agent does when there is none.
func TestAgentAsksForTheRegistry(t *testing.T) {
	p := newPair(t)
	run := p.owner.newRun(t)
	for _, c := range []struct{ method, target, body string }{
		{"POST", "registered-models/create", `{"name":"lake"}`},
		{"POST", "model-versions/create", `{"name":"lake","source":"runs:/` + run + `/net","run_id":"` + run + `"}`},
		{"POST", "registered-models/alias", `{"name":"lake","alias":"champion","version":"1"}`},
		{"POST", "model-versions/transition-stage", `{"name":"lake","version":"1","stage":"Staging","archive_existing_versions":true}`},
		{"PATCH", "model-versions/update", `{"name":"lake","version":"1","description":"d"}`},
		{"POST", "model-versions/set-tag", `{"name":"lake","version":"1","key":"k","value":"v"}`},
		{"GET", "registered-models/get?name=lake", ""},
		{"GET", "registered-models/alias?name=lake&alias=champion", ""},
		{"GET", "registered-models/search?filter=name%3D%27lake%27", ""},
		{"GET", "model-versions/search?filter=name%3D%27lake%27", ""},
		{"POST", "registered-models/get-latest-versions", `{"name":"lake"}`},
		{"GET", "model-versions/get-download-uri?name=lake&version=1", ""},
		{"DELETE", "model-versions/delete-tag", `{"name":"lake","version":"1","key":"k"}`},
		{"POST", "registered-models/rename", `{"name":"lake","new_name":"sea"}`},
		{"DELETE", "registered-models/alias", `{"name":"sea","alias":"champion"}`},
	} {
		asked := p.asked.Load()
		got := p.agent.want(t, 200, c.method, api+c.target, c.body)
		if p.asked.Load() != asked+1 {
			t.Errorf("%s: the owner was asked %d times", c.target, p.asked.Load()-asked)
		}
		if strings.Contains(c.target, "search") && len(got) == 0 {
			t.Errorf("%s found nothing", c.target)
		}
	}
	p.owner.want(t, 200, "GET", api+"model-versions/get?name=sea&version=1", "")
	p.agent.want(t, 404, "GET", api+"registered-models/get?name=lake", "")

	p.gone.Store(true)
	p.agent.want(t, 404, "GET", api+"registered-models/get?name=sea", "")
	p.agent.want(t, 200, "POST", api+"registered-models/create", `{"name":"sea"}`)
	own := at(t, p.agent.want(t, 200, "POST", api+"runs/create", `{"experiment_id":"0"}`), "run.info.run_id").(string)
	version := at(t, p.agent.want(t, 200, "POST", api+"model-versions/create", `{"name":"sea","source":"runs:/`+own+`/net","run_id":"`+own+`"}`), "model_version.version")
	if version != "1" {
		t.Errorf("alone, the agent makes version %v", version)
	}
}
