package door

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"

	"dev.varve/app/door/api"
	"dev.varve/backend/chart"
	"dev.varve/backend/fault"
)

// mostImages is how many pictures of all runs are listed.
const mostImages = 20_000

// images lists the pictures of runs.
func (d *Door) images(ctx context.Context, in *struct {
	Run []string `query:"run,explode" required:"true" minItems:"1" maxItems:"50" doc:"Ids"`
}) (*answer[api.Images], error) {
	out := api.Images{Seq: d.Hub.Seq()}
	keys := map[string]*api.ImageKey{}
	count := 0
	for _, run := range in.Run {
		_, files, err := d.allFiles(ctx, run)
		if err != nil && !errors.Is(err, fault.NotFound) { // one that has vanished has none
			return nil, err
		}
		small := map[string]string{} // by id
		for _, f := range files {
			if i, ok := chart.ParseImage(f.Path); ok && i.Compressed {
				small[i.ID] = f.Path
			}
		}
		for _, f := range files {
			i, ok := chart.ParseImage(f.Path)
			if !ok || i.Compressed {
				continue
			}
			if count++; count > mostImages {
				out.Left++
				continue
			}
			k := keys[i.Key]
			if k == nil {
				k = &api.ImageKey{Key: i.Key, Steps: []int64{}}
				keys[i.Key] = k
			}
			if i.Stepped {
				k.Steps = append(k.Steps, i.Step)
			}
			k.Images = append(k.Images, api.Image{Run: run, Step: i.Step, Time: i.Time, Path: f.Path, Small: small[i.ID], Size: f.Size})
		}
	}
	out.Keys = make([]api.ImageKey, 0, len(keys))
	for _, key := range slices.SortedFunc(maps.Keys(keys), chart.Natural) {
		k := keys[key]
		slices.Sort(k.Steps)
		k.Steps = slices.Compact(k.Steps)
		slices.SortStableFunc(k.Images, func(a, b api.Image) int {
			return cmp.Or(cmp.Compare(a.Step, b.Step), cmp.Compare(slices.Index(in.Run, a.Run), slices.Index(in.Run, b.Run)), cmp.Compare(a.Time, b.Time))
		})
		out.Keys = append(out.Keys, *k)
	}
	return the(out, nil)
}
