package door

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"dev.varve/app/door/api"
	"dev.varve/backend/deposit"
	"dev.varve/backend/describe"
	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

// OneVersion is a version that a request is about.
type OneVersion struct {
	Dataset string `path:"dataset" doc:"Id of the data set"`
	Version string `path:"version" doc:"Id of the version"`
}

func (d *Door) describeDescriptions(h huma.API) {
	const path = "/datasets/{dataset}/versions/{version}/description"
	add(d, h, get(path, "description", "data", "The description that holds for a version: its own, or that of an earlier one"),
		func(_ context.Context, in *OneVersion) (*answer[api.Described], error) {
			return the(d.description(*in))
		})
	add(d, h, put(path, "describeData", "data", "Describe a version; later ones inherit it"),
		func(ctx context.Context, in *struct {
			OneVersion
			Body api.Description
		}) (*answer[api.Redescribed], error) {
			clean, problems := describe.Clean(eventDescription(in.Body))
			if err := describe.Refusal(problems); err != nil {
				return nil, err
			}
			return the(d.redescribe(ctx, in.OneVersion, &clean))
		})
	add(d, h, op(http.MethodDelete, path, "undescribeData", "data", "Take a version's own description away, so that it inherits again"),
		func(ctx context.Context, in *OneVersion) (*answer[api.Redescribed], error) {
			return the(d.redescribe(ctx, *in, nil))
		})
	add(d, h, post("/descriptions/check", "checkDescription", "data", "Say all that is wrong with a description"),
		func(_ context.Context, in *struct{ Body api.Description }) (*answer[api.CheckedDescription], error) {
			_, problems := describe.Clean(eventDescription(in.Body))
			out := api.CheckedDescription{Problems: make([]api.FieldProblem, len(problems))}
			for i, p := range problems {
				out.Problems[i] = api.FieldProblem{Field: p.Field, Message: fault.Sentence(p.Message), Hint: p.Hint}
			}
			return the(out, nil)
		})
	add(d, h, get("/descriptions/choices", "descriptionChoices", "data", "Licences, relations and forms of packages"),
		func(context.Context, *nothing) (*answer[api.DescriptionChoices], error) { return the(choices(), nil) })
	add(d, h, post("/datasets/{dataset}/versions/{version}/export", "exportData", "data", "Write a version as a package for a repository"), d.exportData)
}

func (d *Door) description(in OneVersion) (api.Described, error) {
	out := api.Described{}
	there := false
	err := d.Records.Dataset(in.Dataset, func(s *track.Dataset) {
		_, there = versionNumbers(s)[in.Version]
		if found, ok := s.DescriptionOf(in.Version); ok {
			out = api.Described{
				Description: apiDescription(&found.Description), From: found.From, Number: int(found.Number),
				Inherited: found.From != in.Version, Written: found.Stamp.Time / 1e6,
			}
		}
	})
	if err == nil && !there {
		err = fault.New(fault.NotFound, "the data set has no version %s", in.Version)
	}
	out.Lacks = full(describe.Lacks(eventDescription(out.Description)))
	return out, err
}

func (d *Door) redescribe(ctx context.Context, in OneVersion, to *event.Description) (api.Redescribed, error) {
	before, err := d.Records.DescribeVersion(ctx, in.Dataset, in.Version, to)
	if err != nil || before == nil {
		return api.Redescribed{}, err
	}
	was := apiDescription(before)
	return api.Redescribed{Before: &was}, nil
}

// choices are always the same.
func choices() api.DescriptionChoices {
	out := api.DescriptionChoices{Others: []string{}}
	proposed := map[string]bool{}
	for _, l := range describe.Proposed() {
		out.Licences, proposed[l.ID] = append(out.Licences, api.LicenceChoice(l)), true
	}
	for _, id := range describe.Licences() {
		if !proposed[id] {
			out.Others = append(out.Others, id)
		}
	}
	for _, r := range describe.Relations() {
		out.Relations = append(out.Relations, api.RelationChoice(r))
	}
	for _, name := range deposit.Forms() {
		out.Forms = append(out.Forms, api.FormChoice{Name: name, Needs: full(deposit.Form(name).Lacks(event.Description{}))})
	}
	return out
}

func eventDescription(d api.Description) event.Description {
	e := event.Description{
		Title: d.Title, Text: d.Text, Licence: d.Licence, Keywords: d.Keywords, Language: d.Language, Contact: d.Contact, Email: d.Email, Label: d.Version,
	}
	for _, c := range d.Creators {
		e.Creators = append(e.Creators, event.Creator(c))
	}
	for _, f := range d.Funding {
		e.Funding = append(e.Funding, event.Funding(f))
	}
	for _, r := range d.Related {
		e.Related = append(e.Related, event.Related(r))
	}
	return e
}

func apiDescription(e *event.Description) api.Description {
	d := api.Description{
		Title: e.Title, Text: e.Text, Licence: e.Licence, Keywords: e.Keywords, Language: e.Language, Contact: e.Contact, Email: e.Email, Version: e.Label,
	}
	for _, c := range e.Creators {
		d.Creators = append(d.Creators, api.Creator(c))
	}
	for _, f := range e.Funding {
		d.Funding = append(d.Funding, api.Funding(f))
	}
	for _, r := range e.Related {
		d.Related = append(d.Related, api.Related(r))
	}
	return d
}
