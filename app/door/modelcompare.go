package door

import (
	"context"
	"maps"
	"reflect"

	"dev.varve/app/door/api"
	"dev.varve/backend/compare"
	"dev.varve/backend/fault"
	"dev.varve/backend/registry"
	"dev.varve/backend/track"
)

type versionsQuery struct {
	ModelPath
	A      int      `query:"a" required:"true" minimum:"1" doc:"Number of the version that the other one is measured by"`
	B      int      `query:"b" required:"true" minimum:"1" doc:"Number of the other one"`
	Better []string `query:"better,explode" doc:"Clauses such as lower:my_metric, where the name of a metric says something else, or nothing"`
}

func (d *Door) compareVersions(ctx context.Context, in *versionsQuery) (*answer[api.ModelComparison], error) {
	if in.A == in.B {
		return nil, inField("b", fault.New(fault.Invalid, "a version is not compared with itself"))
	}
	o, err := compareOptions(&compareQuery{Better: in.Better})
	if err != nil {
		return nil, err
	}
	var out api.ModelComparison
	sides := make([]compare.Run, 2)
	signatures := make([]*api.ModelSignature, 2)
	for i, number := range []int{in.A, in.B} {
		v, err := d.oneVersion(in.Model, number)
		if err != nil {
			return nil, err
		}
		files := api.ModelFiles{}
		// What has not arrived, or lies elsewhere, is not compared.
		if at, err := registry.Resolve(d.Records, versionAddress(in.Model, number)); err == nil {
			if _, err := d.readModel(ctx, at, &files); err != nil {
				return nil, err
			}
		}
		v.Size, signatures[i] = files.Size, files.Signature
		sides[i] = d.comparedVersion(&v, files.Requirements)
		if i == 0 {
			out.A = v
		} else {
			out.B = v
		}
	}
	out.Signature = sameSignature(signatures[0], signatures[1])
	out.Sections = []api.ComparedSection{}
	for _, s := range compare.Runs(sides, o) {
		out.Sections = append(out.Sections, comparedSection(s))
	}
	return the(out, nil)
}

func sameSignature(a, b *api.ModelSignature) string {
	switch {
	case a == nil && b == nil:
		return "unknown"
	case reflect.DeepEqual(a, b):
		return "same"
	}
	return "differs"
}

// comparedVersion is what is compared of a version: what its run has, its own metrics
// and tags, and what it requires.
func (d *Door) comparedVersion(v *api.ModelVersion, requirements []string) compare.Run {
	var detail api.RunDetail
	// A run that has not arrived has nothing to compare.
	_ = d.Records.Run(v.Run, func(r *track.Run) { d.fillDetail(&detail, r) })
	detail.Data = v.Data
	c := compared(&detail, requirements, d.Clock.Now().UnixMilli())
	c.Status = ""
	c.Metrics = map[string]float64{}
	for key, value := range v.Metrics {
		c.Metrics[key] = float64(value)
	}
	c.Params = maps.Clone(detail.Params)
	if c.Params == nil {
		c.Params = map[string]string{}
	}
	if v.LoggedModel != "" {
		_ = d.Records.Model(v.LoggedModel, func(m *track.LoggedModel) { // else it has none
			for key, p := range m.Params {
				c.Params[key] = p.Value
			}
		})
	}
	c.Tags, c.Note = map[string]string{}, v.Description
	for _, tag := range v.Tags {
		c.Tags[tag.Key] = tag.Value
	}
	return c
}
