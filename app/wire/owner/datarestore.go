package owner

import (
	"context"
	"path/filepath"

	"dev.varve/app/door/api"
	"dev.varve/backend/content"
	"dev.varve/backend/fault"
	"dev.varve/backend/job"
)

// Restore brings a version into a folder, or says what that would do.
func (d data) Restore(ctx context.Context, id, version string, r api.Restoration, p *job.Progress) (api.RestorePlan, error) {
	s := d.o.datasets()
	v, err := s.Find(id, version)
	if err == nil && (r.Over || r.Look) {
		err = d.notOurs(r.Dest)
	}
	if err != nil {
		return api.RestorePlan{}, err
	}
	opts := content.RestoreOptions{Over: r.Over, Look: r.Look, Progress: report(ctx, p)}
	for _, path := range r.Only {
		opts.Only = append(opts.Only, content.FromText(path))
	}
	did, err := s.Restore(ctx, v, r.Dest, opts)
	return api.RestorePlan{New: filesOf(did.New), Over: filesOf(did.Over), Same: filesOf(did.Same), Beside: filesOf(did.Beside)}, err
}

// notOurs refuses the folder of the workspace: files over its own would destroy
// it.
func (d data) notOurs(dest string) error {
	real := func(path string) string {
		if followed, err := filepath.EvalSymlinks(path); err == nil {
			return followed
		}
		return path
	}
	rel, err := filepath.Rel(real(d.o.ws.Dir), real(dest))
	if err != nil || !filepath.IsLocal(rel) {
		return nil //nolint:nilerr // they have nothing in common
	}
	return fault.New(fault.Invalid, "%s lies in the workspace itself", dest).WithField("dest").
		WithHint("Name a folder outside of it.")
}

func filesOf(t content.Tally) api.RestoreFiles {
	f := api.RestoreFiles{Files: t.Files, Bytes: t.Bytes}
	for _, path := range t.First {
		f.First = append(f.First, content.Text(path))
	}
	return f
}
