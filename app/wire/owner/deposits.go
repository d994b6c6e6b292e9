package owner

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"dev.varve/app/door/api"
	"dev.varve/app/machine"
	"dev.varve/backend/content"
	"dev.varve/backend/deposit"
	"dev.varve/backend/event"
	"dev.varve/backend/job"
	"dev.varve/backend/say"
	"dev.varve/backend/track"
	"dev.varve/storage/deposits"
)

// subject is what is known of a version that becomes a package.
func (d data) subject(dataset, version string) (s deposit.Subject, v event.DatasetVersion, err error) {
	if v, err = d.o.datasets().Find(dataset, version); err != nil {
		return s, v, err
	}
	err = d.o.tracker.Dataset(dataset, func(set *track.Dataset) {
		s = deposit.Subject{Name: set.Name(), Digest: hex.EncodeToString(v.Digest), Message: v.Message}
		numbers := set.Numbers()
		for i := range set.Versions {
			if set.Versions[i].Value.ID == version {
				s.Number, s.Created = numbers[i], time.Unix(0, set.Versions[i].Stamp.Time)
			}
		}
		if found, ok := set.DescriptionOf(version); ok {
			s.Description = found.Description
		}
	})
	return s, v, err
}

// CheckDeposit says what stands in the way of Deposit.
func (d data) CheckDeposit(dataset, version string, want api.Deposit) error {
	s, v, err := d.subject(dataset, version)
	if err != nil {
		return err
	}
	as, err := deposit.Named(want.As)
	if err != nil {
		return err
	}
	if lacks := as.Lacks(s.Description); len(lacks) > 0 {
		return deposit.Lacking(as, lacks)
	}
	if err := d.notOurs(want.Dest); err != nil {
		return err
	}
	return deposits.Check(d.depositOptions(s, v, want, as))
}

func (d data) depositOptions(s deposit.Subject, v event.DatasetVersion, want api.Deposit, as deposit.Form) deposits.Options {
	o := deposits.Options{Dest: filepath.Clean(want.Dest), Zip: want.Zip, Over: want.Over, Known: as.Tops(), Bytes: v.Bytes, Sync: machine.Tools{}.Sync}
	if as == deposit.BagIt {
		o.Top = fmt.Sprintf("%s-%d", deposit.Slug(s.Name), s.Number)
	}
	return o
}

// Deposit writes a version as a package for a repository.
func (d data) Deposit(ctx context.Context, dataset, version string, want api.Deposit, p *job.Progress) (job.Outcome, error) {
	if err := d.CheckDeposit(dataset, version, want); err != nil {
		return job.Outcome{}, err
	}
	s, v, err := d.subject(dataset, version)
	if err != nil {
		return job.Outcome{}, err
	}
	tree, err := d.o.datasets().Tree(ctx, v)
	if err != nil {
		return job.Outcome{}, err
	}
	as := deposit.Form(want.As)
	if as == deposit.ROCrate {
		p.Note("Looking which runs made these files")
		if s.Runs, err = deposit.Makers(ctx, d.o.tracker, tree, s.Created); err != nil {
			return job.Outcome{}, err
		}
	}
	out, err := deposits.Open(d.depositOptions(s, v, want, as))
	if err != nil {
		return job.Outcome{}, err
	}
	done, err := deposit.Write(ctx, out, tree, s, as, report(ctx, p))
	if err == nil {
		err = content.Cancelled(ctx)
	}
	if err != nil {
		return job.Outcome{}, errors.Join(err, out.Abandon())
	}
	if err := out.Commit(); err != nil {
		return job.Outcome{}, err
	}
	return job.Outcome{Result: want.Dest, Summary: depositSummary(s, want, done)}, nil
}

// depositSummary says what was written, and what was not.
func depositSummary(s deposit.Subject, want api.Deposit, done deposit.Done) string {
	words := []string{fmt.Sprintf("Version %d of %s is in %s: %s, %s.", s.Number, s.Name, want.Dest, say.Count(int(done.Files), "file"), say.Bytes(done.Bytes))}
	if done.Links > 0 {
		words = append(words, say.Count(int(done.Links), "link")+" left out: such packages have none.")
	}
	if done.Renamed > 0 {
		words = append(words, say.Count(int(done.Renamed), "file")+" got another name, because not all programs take their own.")
	}
	if done.Unnamed > 0 {
		words = append(words, say.Count(int(done.Unnamed), "file")+" not described one by one: there are too many.")
	}
	return strings.Join(words, " ")
}
