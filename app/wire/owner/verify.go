package owner

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"

	"dev.varve/app/door/api"
	"dev.varve/backend/content"
	"dev.varve/backend/dataset"
	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/job"
	"dev.varve/backend/say"
	"dev.varve/backend/track"
)

// CheckVerify says which of the versions that are asked for are not there, or that
// there is nothing where the content should be found.
func (d data) CheckVerify(want api.Verification) error {
	_, err := d.checked(want.Versions)
	if err == nil && want.From != "" {
		_, err = d.o.disk.Stat(want.From)
		if errors.Is(err, fault.NotFound) {
			err = fault.New(fault.NotFound, "there is nothing at %s", want.From).WithField("from").
				WithHint("Name a file or folder of this computer that has the same content.")
		}
	}
	return err
}

// Verify reads versions and compares them with what was laid down.
func (d data) Verify(ctx context.Context, want api.Verification, p *job.Progress) (job.Outcome, error) {
	versions, err := d.checked(want.Versions)
	if err != nil {
		return job.Outcome{}, err
	}
	if want.From != "" { // what is laid down again must not be cleaned away meanwhile
		defer d.o.puts.enter()()
	}
	opts := dataset.VerifyOptions{Sample: want.Sample / 100, Seed: rand.Uint64(), From: want.From}
	found, err := d.o.datasets().Verify(ctx, versions, opts, report(ctx, p))
	if err != nil {
		return job.Outcome{}, err
	}
	return outcome(verified(found, len(versions)), verifiedText(found, len(versions), want.From))
}

// checked are the versions that are asked for; none are all of all data sets.
func (d data) checked(choices []api.VersionChoice) (list []dataset.Checked, err error) {
	if len(choices) == 0 {
		d.o.tracker.Datasets(func(s *track.Dataset) {
			if !s.Trashed() {
				list = append(list, versionsOf(s, "")...)
			}
		})
		return list, nil
	}
	for _, c := range choices {
		var these []dataset.Checked
		err := d.o.tracker.Dataset(c.Dataset, func(s *track.Dataset) { these = versionsOf(s, c.Version) })
		if err == nil && len(these) == 0 {
			err = fault.New(fault.NotFound, "the data set has no version %s", c.Version)
		}
		if err != nil {
			return nil, err
		}
		list = append(list, these...)
	}
	return list, nil
}

// versionsOf are the versions of a data set, or the one with an id, newest first: that
// is the one that people are likely to need.
func versionsOf(s *track.Dataset, version string) (list []dataset.Checked) {
	s.Kept(func(n uint64, v *track.Stamped[event.DatasetVersion]) {
		if (version == "" || v.Value.ID == version) && len(v.Value.Root) == content.Size {
			list = append([]dataset.Checked{{Name: s.Name(), Number: n, Root: content.ID(v.Value.Root)}}, list...)
		}
	})
	return list
}

func verified(found dataset.Verified, versions int) api.Verified {
	out := api.Verified{
		Versions: versions, Files: found.Files, Bytes: found.Bytes, Read: found.Read,
		Count: found.Count, Mended: found.Mended, Damage: []api.DataDamage{},
	}
	for _, d := range found.Damage {
		one := api.DataDamage{Name: d.Version.Name, Version: d.Version.Number, Path: d.Path, Why: d.Why.Error()}
		var known *fault.Error
		if errors.As(d.Why, &known) {
			one.Hint = known.Hint
			if known.Err != nil {
				one.Why = known.Err.Error() // the name of an object tells a person nothing
			}
		}
		out.Damage = append(out.Damage, one)
	}
	return out
}

func verifiedText(found dataset.Verified, versions int, from string) string {
	text := fmt.Sprintf("%s of %s verified, %s read.", say.Count(int(found.Files), "file"), say.Count(versions, "version"), say.Bytes(found.Read))
	if found.Mended > 0 {
		text += fmt.Sprintf(" %s mended out of %s.", say.Count(found.Mended, "damaged place"), from)
	}
	if found.Count > 0 {
		return text + " " + say.Count(found.Count, "place") + " damaged."
	}
	return text + " All is as it was laid down."
}
