package datasets

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"dev.varve/backend/content"
	"dev.varve/backend/event"
	"dev.varve/backend/fault"
	"dev.varve/backend/imports"
	"dev.varve/backend/job"
	"dev.varve/backend/track"
)

// Record is where versions go. *track.Tracker is one.
type Record interface {
	DatasetID(name string) string
	Dataset(id string, fn func(*track.Dataset)) error
	TakeVersion(ctx context.Context, name string, v event.DatasetVersion) (track.TakenVersion, error)
}

// Import brings a source into a record.
type Import struct {
	Source Source
	Record Record
	Store  content.Store
	// Begin says that content is about to be put, until done is called.
	Begin func() (done func())
	// Into is put before the names of data sets, with a slash; empty: nothing.
	Into string
	// Alone names the data set of a source that has but one; empty: as it is there.
	Alone string
}

// Planned is what an import would do with a data set.
type Planned struct {
	Name     string // there
	As       string // here
	New      bool   // it is made
	Reason   string // what else is to be known of it, in words; or empty
	Versions int    // that there are
	Known    int    // of them: here already
	Missing  int    // of them: cannot be taken, as the report says
	Files    int64  // of the versions that would be taken; each content once
	Bytes    int64

	take []*Version
	last *Version // the newest that is here, and was not removed
}

// Plan is what an import would do.
type Plan struct {
	About   imports.About
	Sets    []*Planned
	Skipped []imports.Skipped
	Left    int
}

// Sum adds up what a plan says.
func (p *Plan) Sum() (sum Planned) {
	for _, s := range p.Sets {
		sum.Versions += s.Versions
		sum.Known += s.Known
		sum.Missing += s.Missing
		sum.Files += s.Files
		sum.Bytes += s.Bytes
	}
	return sum
}

// Look says what Take would do, and changes nothing.
func (im *Import) Look(ctx context.Context, p *job.Progress) (*Plan, error) {
	r := &imports.Report{}
	plan, err := im.plan(ctx, r, p)
	if err == nil {
		plan.Skipped, plan.Left = r.List()
	}
	return plan, err
}

func (im *Import) plan(ctx context.Context, r *imports.Report, p *job.Progress) (*Plan, error) {
	plan := &Plan{About: im.Source.About()}
	p.Note("Reading the history")
	versions, err := im.Source.Versions(ctx, r)
	if err != nil {
		return nil, err
	}
	plan.Sets, err = im.arrange(versions)
	if err != nil {
		return nil, err
	}
	for _, s := range plan.Sets {
		p.Note("Looking at " + s.Name)
		if err := im.look(ctx, s, r); err != nil {
			return nil, err
		}
	}
	return plan, nil
}

// arrange groups versions by their data sets, and names those here.
func (im *Import) arrange(versions []Version) ([]*Planned, error) {
	var sets []*Planned
	by, taken := map[string]*Planned{}, map[string]bool{}
	for i := range versions {
		v := &versions[i]
		s := by[v.Set]
		if s == nil {
			s = &Planned{Name: v.Set, As: im.named(v.Set, taken)}
			taken[s.As], by[v.Set] = true, s
			sets = append(sets, s)
		}
		s.Versions++
		s.take = append(s.take, v)
	}
	if im.Alone != "" {
		if len(sets) > 1 {
			return nil, fault.New(fault.Invalid, "there are %d data sets, and one name", len(sets)).WithField("name").
				WithHint("Put them into a folder with --into instead.")
		}
		for _, s := range sets {
			s.As = im.Alone
		}
	}
	for _, s := range sets {
		if err := track.CheckDatasetName(s.As); err != nil {
			return nil, err
		}
	}
	return sets, nil
}

const maxName = 200 // characters of a data set's name that is made of another one

// named makes a name for a data set: what cannot be said on a command line becomes a
// dash.
func (im *Import) named(name string, taken map[string]bool) string {
	name = strings.Map(func(c rune) rune {
		if strings.ContainsRune(`@:\`, c) || unicode.IsControl(c) {
			return '-'
		}
		return c
	}, strings.ToValidUTF8(name, "-"))
	if im.Into != "" {
		name = im.Into + "/" + name
	}
	if long := []rune(name); len(long) > maxName {
		name = string(long[:maxName])
	}
	name = strings.Trim(name, " \t/")
	free := name
	for n := 2; taken[free]; n++ {
		free = fmt.Sprintf("%s-%d", name, n)
	}
	return free
}

// look finds out which versions of a data set are new, and whether they are whole.
func (im *Import) look(ctx context.Context, s *Planned, r *imports.Report) error {
	known, kept := map[string]bool{}, map[string]bool{}
	others, removed := 0, false
	err := im.Record.Dataset(im.Record.DatasetID(s.As), func(d *track.Dataset) {
		removed = d.Trashed()
		for _, v := range d.Versions {
			known[v.Value.Origin] = true
			if v.Value.Origin == "" {
				others++
			}
		}
		d.Kept(func(_ uint64, v *track.Stamped[event.DatasetVersion]) { kept[v.Value.Origin] = true })
	})
	s.New = err != nil
	if removed {
		r.Skip(s.Name, "a data set named %s was removed here; `varve data remove %q --undo` brings it back", s.As, s.As)
		s.Reason, s.Missing, s.take = "a data set of that name was removed here", s.Versions, nil
		return nil
	}
	if others > 0 {
		s.Reason = "a data set of that name is here: the versions are added to it"
	}
	var fresh []*Version
	counted := map[string]bool{}
	for _, v := range s.take {
		if known[v.Origin] {
			s.Known++
			if kept[v.Origin] {
				s.last = v
			}
			continue
		}
		files, err := im.Source.Files(ctx, v)
		switch {
		case err != nil && imports.Fatal(ctx, err):
			return err
		case r.Fail(v.Where, err):
			s.Missing++
			continue
		}
		fresh = append(fresh, v)
		for i := range files {
			if f := &files[i]; !counted[f.At] {
				counted[f.At] = true
				s.Files++
				s.Bytes += f.Size
			}
		}
	}
	s.take = fresh
	return nil
}
