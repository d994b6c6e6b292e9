package door

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"dev.varve/app/door/api"
	"dev.varve/backend/artifact"
	"dev.varve/backend/compare"
	"dev.varve/backend/event"
	"dev.varve/backend/provenance"
	"dev.varve/backend/say"
	"dev.varve/backend/track"
)

// The bounds of a comparison of code.
const (
	mostCodeFiles = 200
	mostCodeBytes = 256 << 10 // of a file
)

// codeSide is what is known of the code of one run.
type codeSide struct {
	kept   event.RunCode
	commit string
	dirty  bool
	files  map[string]codeAt
}

// compareCode compares the code of two runs: the files that were kept when they
// were started, and those among their artifacts.
func (d *Door) compareCode(ctx context.Context, in *struct {
	A string `query:"a" required:"true" doc:"Id of a run"`
	B string `query:"b" required:"true" doc:"Id of the run that is compared with it"`
}) (*answer[api.CodeDifference], error) {
	var sides [2]codeSide
	for i, run := range []string{in.A, in.B} {
		if err := d.codeOf(ctx, run, &sides[i]); err != nil {
			return nil, err
		}
	}
	if err := d.addKept(ctx, &sides); err != nil {
		return nil, err
	}
	out := api.CodeDifference{Files: []api.CodeFile{}}
	all := maps.Clone(sides[0].files)
	maps.Copy(all, sides[1].files)
	paths := slices.Sorted(maps.Keys(all))
	for _, name := range paths[:min(len(paths), mostCodeFiles)] {
		file, err := codeFile(ctx, name, sides[0].files[name], sides[1].files[name])
		if err != nil {
			return nil, err
		}
		out.Files = append(out.Files, file)
	}
	out.Note = codeNote(&sides, len(paths))
	return the(out, nil)
}

// codeOf finds what is known of the code of a run, and what is code among its
// artifacts.
func (d *Door) codeOf(ctx context.Context, run string, side *codeSide) error {
	err := d.Records.Run(run, func(r *track.Run) {
		tags := r.AllTags()
		side.commit, side.dirty = tags["mlflow.source.git.commit"], strings.EqualFold(tags["mlflow.source.git.dirty"], "true")
		if len(r.Code) > 0 {
			side.kept = r.Code[0].Value
			side.commit, side.dirty = cmp.Or(side.kept.Commit, side.commit), side.kept.Dirty || side.dirty
		}
	})
	if err != nil {
		return err
	}
	tree, list, err := d.allFiles(ctx, run)
	if err != nil {
		return err
	}
	side.files = map[string]codeAt{}
	for _, f := range list {
		if provenance.IsCode(f.Path) && f.Size <= mostCodeBytes {
			side.files[f.Path] = codeAt{f, func(ctx context.Context) (io.ReadCloser, error) { return tree.Open(ctx, f.Path) }}
		}
	}
	return nil
}

// addKept adds the files that were kept when the runs were started, if they were
// of both: else every file would look new, or gone. Equal trees are not read.
func (d *Door) addKept(ctx context.Context, sides *[2]codeSide) error {
	if len(sides[0].kept.Root) == 0 || len(sides[1].kept.Root) == 0 {
		return nil
	}
	var trees [2]map[string]event.ArtifactPut
	for i := range sides {
		list, err := d.Files.Tree(ctx, sides[i].kept.Root)
		if err != nil {
			return err
		}
		trees[i] = map[string]event.ArtifactPut{}
		for _, f := range list {
			trees[i][f.Path] = f
		}
	}
	for i, tree := range trees {
		for name, f := range tree {
			other, both := trees[1-i][name]
			if f.Size > mostCodeBytes || both && other.Size > mostCodeBytes {
				continue
			}
			if _, logged := sides[i].files[name]; !logged {
				sides[i].files[name] = codeAt{artifact.FileOf(f), func(ctx context.Context) (io.ReadCloser, error) { return d.Files.Open(ctx, f.Content) }}
			}
		}
	}
	return nil
}

// name is how people call the code: by its commit, else by its content.
func (s *codeSide) name() string {
	switch {
	case s.commit != "" && s.dirty:
		return fmt.Sprintf("%.7s with changes", s.commit)
	case s.commit != "":
		return fmt.Sprintf("%.7s", s.commit)
	case len(s.kept.Digest) > 0:
		return fmt.Sprintf("content %x", s.kept.Digest[:4])
	}
	return ""
}

// codeNote says in words what a comparison could look at.
func codeNote(sides *[2]codeSide, files int) string {
	var words []string
	a, b := sides[0].name(), sides[1].name()
	switch {
	case a == "" && b == "":
	case a == b:
		words = append(words, "Both of "+a)
	default:
		words = append(words, cmp.Or(a, "not known")+" → "+cmp.Or(b, "not known"))
	}
	kept := 0
	for i := range sides {
		if len(sides[i].kept.Root) > 0 {
			kept++
		}
		if n := sides[i].kept.LeftFiles; n > 0 {
			words = append(words, say.Count(int(n), "file")+" of the "+[]string{"first", "second"}[i]+" run were too large or too many to be kept")
		}
		if problem := sides[i].kept.Problem; problem != "" {
			words = append(words, strings.TrimSuffix(problem, "."))
		}
	}
	switch {
	case kept == 1:
		words = append(words, "The code of only one of them was kept")
	case files > mostCodeFiles:
		words = append(words, fmt.Sprintf("The first %d of %d files", mostCodeFiles, files))
	case files == 0:
		words = append(words, `No code was kept with these runs. What varve run starts is kept; a script keeps its own with mlflow.log_artifact(__file__, "code").`)
	}
	return strings.Join(words, ". ")
}

// codeAt is a file of code where it lies; the zero value is none.
type codeAt struct {
	artifact.File
	open func(context.Context) (io.ReadCloser, error)
}

func codeFile(ctx context.Context, name string, a, b codeAt) (api.CodeFile, error) {
	file := api.CodeFile{Path: name, Status: "changed", Hunks: []api.CodeHunk{}}
	switch {
	case a.open == nil:
		file.Status = "added"
	case b.open == nil:
		file.Status = "removed"
	case a.Tag == b.Tag:
		file.Status = "same"
		return file, nil
	}
	before, err := a.text(ctx)
	if err != nil {
		return file, err
	}
	after, err := b.text(ctx)
	if err != nil {
		return file, err
	}
	file.Hunks, _ = hunksOf(compare.Diff(before, after), 0)
	if len(file.Hunks) == 0 && a.open != nil && b.open != nil {
		file.Status = "same" // but for the ends of lines
	}
	return file, nil
}

// text reads a file of code. What is no text in it becomes a mark.
func (c codeAt) text(ctx context.Context) (string, error) {
	if c.open == nil {
		return "", nil
	}
	content, err := c.open(ctx)
	if err != nil {
		return "", err
	}
	defer content.Close()
	data, err := io.ReadAll(io.LimitReader(content, mostCodeBytes))
	return strings.ToValidUTF8(string(data), string(utf8.RuneError)), err
}
