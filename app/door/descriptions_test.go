package door_test

import (
	"slices"
	"strings"
	"testing"

	"dev.varve/app/door/api"
	"dev.varve/backend/event"
)

func TestDescriptions(t *testing.T) {
	h := newHouse(t)
	var ids []string
	for _, digest := range []byte{1, 2} {
		id, _, _, err := h.tracker.AddVersion(t.Context(), "wine", event.DatasetVersion{Digest: []byte{digest}})
		h.must(err)
		ids = append(ids, id)
	}
	at := func(version string) string {
		return "/datasets/" + h.tracker.DatasetID("wine") + "/versions/" + version + "/description"
	}
	var now api.Described
	h.call("GET", at(ids[0]), "", 200, &now)
	if now.From != "" || !slices.Equal(now.Lacks, []string{"title", "description", "creators", "licence"}) {
		t.Errorf("at first: %+v", now)
	}
	var done api.Redescribed
	h.call("PUT", at(ids[0]), `{"title":" Wines ","licence":"cc-by-4.0","creators":[{"name":"Ada","orcid":"https://orcid.org/0000-0002-1825-0097"}],"related":[{"relation":"cites","identifier":"doi:10.1234/a"}],"funding":[{"funder":"DFG"}]}`, 200, &done)
	if done.Before != nil {
		t.Errorf("before: %+v", done.Before)
	}
	h.call("GET", at(ids[1]), "", 200, &now)
	if !now.Inherited || now.Number != 1 || now.From != ids[0] || now.Title != "Wines" || now.Licence != "CC-BY-4.0" || now.Creators[0].ORCID != "0000-0002-1825-0097" || now.Related[0].Relation != "Cites" || now.Written == 0 {
		t.Errorf("inherited: %+v", now)
	}
	h.call("PUT", at(ids[1]), `{"title":"Other wines"}`, 200, &done)
	h.call("DELETE", at(ids[1]), "", 200, &done)
	if done.Before == nil || done.Before.Title != "Other wines" {
		t.Errorf("before: %+v", done.Before)
	}

	var p api.Problem
	h.call("PUT", at(ids[0]), `{"title":"a","creators":[{"name":"Ada","orcid":"1"}]}`, 400, &p)
	if p.Field != "creators[0].orcid" || !strings.Contains(p.Title, "is no ORCID") || p.Hint == "" {
		t.Errorf("a wrong ORCID: %+v", p)
	}
	h.call("PUT", at("none"), `{"title":"a"}`, 404, &p)
	h.call("GET", at("none"), "", 404, &p)

	var checked api.CheckedDescription
	h.call("POST", "/descriptions/check", `{"title":"a","licence":"mine","language":"klingonese"}`, 200, &checked)
	if len(checked.Problems) != 2 || checked.Problems[0].Field != "licence" || checked.Problems[1].Message != `"klingonese" is no code of a language.` {
		t.Errorf("checked: %+v", checked)
	}
	var choices api.DescriptionChoices
	h.call("GET", "/descriptions/choices", "", 200, &choices)
	if len(choices.Licences) < 10 || len(choices.Others) < 400 || slices.Contains(choices.Others, choices.Licences[0].ID) || len(choices.Forms) != 6 || choices.Relations[0].Words == "" {
		t.Errorf("choices: %d, %d, %v", len(choices.Licences), len(choices.Others), choices.Forms)
	}
}

func TestDeposit(t *testing.T) {
	h := newHouse(t)
	version, _, _, err := h.tracker.AddVersion(t.Context(), "wine", event.DatasetVersion{Digest: []byte{1}})
	h.must(err)
	path := "/datasets/" + h.tracker.DatasetID("wine") + "/versions/" + version + "/export"
	var j api.Job
	h.call("POST", path, `{"as":"bagit","dest":"/data/out.zip","zip":true}`, 200, &j)
	if got := h.waitJob(j.ID); got.Kind != "data.export" || got.Title != "Export wine version 1" || got.Summary != "Written." || !strings.Contains(got.Result, "{bagit /data/out.zip true false}") {
		t.Errorf("%+v", got)
	}
	var p api.Problem
	h.call("POST", path, `{"as":"datacite","dest":"/data/out"}`, 400, &p)
	if p.Field != "as" {
		t.Errorf("what it lacks: %+v", p)
	}
	h.call("POST", path, `{"as":"bagit","dest":"out"}`, 400, &p)
	h.call("POST", strings.Replace(path, version, "none", 1), `{"as":"bagit","dest":"/data/out"}`, 404, &p)
}
