package door

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"dev.varve/app/door/api"
	"dev.varve/backend/artifact"
	"dev.varve/backend/fault"
	"dev.varve/backend/registry"
	"dev.varve/backend/track"
)

// The bounds of what is read of the files of a version.
const (
	mostModelFiles   = 1000
	mostMLmodel      = 128<<10 + 1 // bytes; the parser refuses longer ones
	mostRequirements = 256 << 10
	mostExample      = 16 << 10 // of the input example that is shown
)

// modelFile is the name of the file that makes a folder a model.
const modelFile = "MLmodel"

// modelFolder is the folder of a file MLmodel.
func modelFolder(name string) (folder string, is bool) {
	if path.Base(name) != modelFile || name == modelFile {
		return "", false
	}
	return path.Dir(name), true
}

// filesAt lists the files of an address, those of a run's logged models below their
// names. They are elsewhere if Varve cannot read them.
func (d *Door) filesAt(ctx context.Context, at registry.Resolved) (files []artifact.File, elsewhere bool, err error) {
	if at.Owner == (track.Owner{}) {
		return nil, true, nil
	}
	files, err = d.filesOf(ctx, at.Owner, at.Path)
	if errors.Is(err, fault.Unsupported) {
		return nil, true, nil
	}
	if err != nil || at.Owner.Run == "" {
		return files, false, err
	}
	if at.Path != "" {
		if model, rest, ok := d.inModel(at.Run, at.Path); ok && len(files) == 0 {
			files, err = d.filesOfModel(ctx, model, rest)
		}
		return files, false, err
	}
	for _, model := range d.models(at.Run) {
		more, err := d.filesOfModel(ctx, model, "")
		if err != nil {
			return nil, false, err
		}
		files = append(files, more...)
	}
	slices.SortStableFunc(files, func(a, b artifact.File) int { return strings.Compare(a.Path, b.Path) })
	return slices.CompactFunc(files, func(a, b artifact.File) bool { return a.Path == b.Path }), false, nil
}

// filesOf lists the files of a run or logged model.
func (d *Door) filesOf(ctx context.Context, o track.Owner, folder string) ([]artifact.File, error) {
	tree, err := d.Artifacts.Of(o)
	if err != nil {
		return nil, err
	}
	return tree.All(ctx, folder)
}

// filesOfModel lists files of a logged model below its name.
func (d *Door) filesOfModel(ctx context.Context, m api.Model, folder string) ([]artifact.File, error) {
	files, err := d.filesOf(ctx, track.Owner{Model: m.ID}, folder)
	for i := range files {
		files[i].Path = path.Join(m.Name, files[i].Path)
	}
	return files, err
}

// fileAt opens one file below an address.
func (d *Door) fileAt(ctx context.Context, at registry.Resolved, name string) (artifact.Content, error) {
	switch {
	case at.Owner == (track.Owner{}):
		return artifact.Content{}, liesElsewhere(at)
	case at.Owner.Run != "":
		return d.artifact(ctx, at.Owner.Run, path.Join(at.Path, name))
	}
	tree, err := d.Artifacts.Of(at.Owner)
	if err != nil {
		return artifact.Content{}, err
	}
	return tree.Open(ctx, path.Join(at.Path, name))
}

func liesElsewhere(at registry.Resolved) error {
	return fault.New(fault.Unsupported, "the files lie at %s, not in this workspace", at.URI).
		WithHint("Read them there, or load the model with MLflow.")
}

// sizeOf is the size of the files of a version that lie here.
func (d *Door) sizeOf(ctx context.Context, name string, v *api.ModelVersion) (size int64) {
	at, err := registry.Resolve(d.Records, versionAddress(name, v.Number))
	if err != nil {
		return 0 // its files have not arrived
	}
	files, _, err := d.filesAt(ctx, at)
	if err != nil {
		return 0
	}
	for _, f := range files {
		size += f.Size
	}
	return size
}

func versionAddress(name string, number int) string {
	return "models:/" + name + "/" + strconv.Itoa(number)
}

type modelFilesQuery struct {
	VersionPath
	Alias string `query:"alias" doc:"The alias that lines of code shall name; none: the number"`
}

func (d *Door) modelFiles(ctx context.Context, in *modelFilesQuery) (*answer[api.ModelFiles], error) {
	address := versionAddress(in.Model, in.Version)
	out := api.ModelFiles{Files: []api.Artifact{}, Flavors: []api.ModelFlavor{}, Requirements: []string{}, Snippets: []api.ModelSnippet{}}
	at, err := registry.Resolve(d.Records, address)
	if err != nil {
		return nil, err
	}
	m, err := d.readModel(ctx, at, &out)
	if err != nil {
		return nil, err
	}
	if in.Alias != "" {
		address = "models:/" + in.Model + "@" + in.Alias
	}
	for _, s := range registry.Snippets(address, m) {
		out.Snippets = append(out.Snippets, api.ModelSnippet(s))
	}
	return the(out, nil)
}

// readModel reads what lies at an address. A file that cannot be read is a problem of the
// model's, not of the request.
func (d *Door) readModel(ctx context.Context, at registry.Resolved, out *api.ModelFiles) (m registry.ModelFile, err error) {
	files, elsewhere, err := d.filesAt(ctx, at)
	if err != nil {
		return m, err
	}
	if elsewhere {
		out.Elsewhere = at.URI
	}
	out.Count = len(files)
	for i, f := range files {
		out.Size += f.Size
		if i < mostModelFiles {
			out.Files = append(out.Files, api.Artifact{Path: below(at.Path, f.Path), Size: f.Size})
		}
	}
	if len(files) == 0 {
		return m, nil
	}
	text, err := d.readAt(ctx, at, modelFile, mostMLmodel)
	if err == nil {
		m, err = registry.ParseModelFile(text)
	}
	if err != nil {
		out.Problem = fault.Sentence(err.Error())
	}
	describeModelFile(m, out)
	if text, err := d.readAt(ctx, at, "requirements.txt", mostRequirements); err == nil {
		out.Requirements = full(registry.Requirements(strings.ToValidUTF8(string(text), string(utf8.RuneError))))
	}
	if m.Example != "" {
		if text, err := d.readAt(ctx, at, m.Example, mostExample+1); err == nil {
			out.Example, out.ExampleCut = exampleText(text)
		}
	}
	return m, nil
}

// below is a path from a folder, or from the root.
func below(folder, name string) string {
	if folder == "" {
		return name
	}
	return strings.TrimPrefix(strings.TrimPrefix(name, folder), "/")
}

// readAt reads the first bytes of a file below an address. The name comes from the
// model's own files, so it may be anything.
func (d *Door) readAt(ctx context.Context, at registry.Resolved, name string, most int64) ([]byte, error) {
	if name != path.Clean(name) || path.IsAbs(name) || name == ".." || strings.HasPrefix(name, "../") {
		return nil, fault.New(fault.Invalid, "Invalid path: %q", shorten(name, 200))
	}
	content, err := d.fileAt(ctx, at, name)
	if errors.Is(err, fault.NotFound) {
		return nil, fault.New(fault.NotFound, "there is no file %s in the folder of this model", name)
	}
	if err != nil {
		return nil, err
	}
	defer content.Close()
	return io.ReadAll(io.LimitReader(content, most))
}

// exampleText is an input example for people: with line breaks if it is short JSON.
func exampleText(text []byte) (shown string, cut bool) {
	if len(text) > mostExample {
		return strings.ToValidUTF8(string(text[:mostExample]), ""), true
	}
	var broken bytes.Buffer
	if len(text) <= mostExample/8 && json.Indent(&broken, text, "", "  ") == nil {
		return broken.String(), false
	}
	return strings.ToValidUTF8(string(text), string(utf8.RuneError)), false
}

func describeModelFile(m registry.ModelFile, out *api.ModelFiles) {
	out.Python, out.MLflow = m.Python, m.MLflow
	for _, f := range m.Flavors {
		one := api.ModelFlavor{Name: f.Name, Facts: []api.Tag{}}
		for _, fact := range f.Facts {
			one.Facts = append(one.Facts, api.Tag(fact))
		}
		out.Flavors = append(out.Flavors, one)
	}
	if s := m.Signature; s != nil {
		out.Signature = &api.ModelSignature{Inputs: columnsOf(s.Inputs), Outputs: columnsOf(s.Outputs), Params: columnsOf(s.Params)}
	}
}

func columnsOf(list []registry.Column) []api.ModelColumn {
	out := make([]api.ModelColumn, len(list))
	for i, c := range list {
		out[i] = api.ModelColumn(c)
	}
	return out
}
