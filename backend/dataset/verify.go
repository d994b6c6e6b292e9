package dataset

import (
	"context"
	"encoding/binary"
	"errors"

	"dev.varve/backend/content"
	"dev.varve/backend/fault"
	"dev.varve/backend/ignore"
)

// Checked is a version that is to be verified.
type Checked struct {
	Name   string // of the data set
	Number uint64
	Root   content.ID
}

// VerifyOptions directs Verify. The zero value reads everything.
type VerifyOptions struct {
	// Sample is the share of chunks that are read, above 0 and below 1; 0: all.
	Sample float64
	// Seed chooses the sample.
	Seed uint64
	// From is a file or folder of this computer that may hold what is damaged.
	From string
}

// Damage is something of a version that is not as it was laid down.
type Damage struct {
	Version Checked
	Path    string // of a file, or of a folder of which a part is lost; empty: all of it
	Why     error
}

// maxDamage is how many of them are told one by one.
const maxDamage = 1000

// Verified is what came of Verify.
type Verified struct {
	Files  int64    // of all versions
	Bytes  int64    // of all versions
	Read   int64    // bytes of different content that were read
	Damage []Damage // that is left, the first of it
	Count  int      // of all of it
	Mended int      // files and folders that were damaged, and are whole again
}

// Verify reads the content of versions and compares it with what was laid down.
// Damage is no error. With From, what is damaged is looked for there, laid down again,
// and verified once more.
func (s *Service) Verify(ctx context.Context, versions []Checked, opts VerifyOptions, progress func(content.Progress)) (Verified, error) {
	v := verification{service: s, progress: progress}
	v.reader = content.Verifier{Store: sought{s.Store}, Sample: opts.chooses(), Damaged: v.damaged, Progress: v.more}
	if err := v.count(ctx, versions); err != nil {
		return v.seen, err
	}
	hurt, err := v.all(ctx, versions)
	if err == nil && len(hurt) > 0 && opts.From != "" {
		err = v.mend(ctx, hurt, opts.From)
	}
	v.seen.Read = v.reader.Read()
	return v.seen, err
}

// chooses says which chunks are read; nil: all.
func (o VerifyOptions) chooses() func(content.ID) bool {
	if o.Sample <= 0 || o.Sample >= 1 {
		return nil
	}
	return func(id content.ID) bool {
		// Another part of the name for each sample would do as well: names are chance.
		mixed := (binary.LittleEndian.Uint64(id[:8]) ^ o.Seed) * 0x9e3779b97f4a7c15
		return float64(mixed>>11)/(1<<53) < o.Sample
	}
}

type verification struct {
	service  *Service
	reader   content.Verifier
	progress func(content.Progress)
	now      content.Progress
	at       Checked
	found    int // in the version that is being read
	seen     Verified
}

// count adds up what there is, so that the end can be foreseen.
func (v *verification) count(ctx context.Context, versions []Checked) error {
	for _, c := range versions {
		tree, err := content.OpenTree(ctx, v.reader.Store, c.Root)
		switch {
		case err == nil:
			all := tree.Totals()
			v.now.All.Files, v.now.All.Bytes = v.now.All.Files+all.Files, v.now.All.Bytes+all.Bytes
		case !errors.Is(err, fault.Corrupt): // which is told when it is read
			return err
		}
	}
	v.seen.Files, v.seen.Bytes = v.now.All.Files, v.now.All.Bytes
	return nil
}

// all verifies versions and returns those that are damaged.
func (v *verification) all(ctx context.Context, versions []Checked) (hurt []Checked, err error) {
	for _, c := range versions {
		v.at, v.found = c, 0
		if err := v.reader.Tree(ctx, c.Root); err != nil {
			return hurt, err
		}
		if v.found > 0 {
			hurt = append(hurt, c)
		}
	}
	return hurt, nil
}

func (v *verification) damaged(path string, why error) {
	v.found++
	if v.seen.Count++; len(v.seen.Damage) < maxDamage {
		v.seen.Damage = append(v.seen.Damage, Damage{v.at, content.Text(path), why})
	}
}

func (v *verification) more(path string, more content.Totals) {
	if v.progress == nil {
		return
	}
	v.now.Path = path
	v.now.Done.Files, v.now.Done.Bytes = v.now.Done.Files+more.Files, v.now.Done.Bytes+more.Bytes
	v.progress(v.now)
}

// mend lays down again what is damaged, as far as it is found at a path, and verifies
// the versions once more.
func (v *verification) mend(ctx context.Context, hurt []Checked, path string) error {
	before := v.seen.Count
	store := mender{v.service.Store, v.reader.Hurt}
	for _, c := range hurt {
		src := ignore.Source(v.service.Folders.Source(path), ignore.Options{}, &ignore.Left{})
		if _, err := build(ctx, store, src, content.BuildOptions{Previous: c.Root}); err != nil {
			return err
		}
	}
	if err := store.Flush(ctx); err != nil {
		return err
	}
	v.progress = nil // it was told already how much there is
	v.seen.Damage, v.seen.Count = nil, 0
	_, err := v.all(ctx, hurt)
	v.seen.Mended = before - v.seen.Count
	return err
}

// mender is a store that takes only what is damaged.
type mender struct {
	content.Store
	hurt func(content.ID) bool
}

// Put stores an object that is damaged.
func (m mender) Put(ctx context.Context, kind content.Kind, id content.ID, data []byte) error {
	if !m.hurt(id) {
		return content.Cancelled(ctx)
	}
	return m.Store.Put(ctx, kind, id, data)
}
