package door

import (
	"context"
	"errors"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"dev.varve/app/door/api"
	"dev.varve/backend/artifact"
	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

// ArtifactQuery names an artifact.
type ArtifactQuery struct {
	Run  string `path:"run" doc:"Id of the run"`
	Path string `query:"path" doc:"From the root, with /"`
}

// stream is an operation that writes its answer itself.
type stream struct{ Body func(huma.Context) }

func (d *Door) describeArtifacts(h huma.API) {
	add(d, h, get("/runs/{run}/artifacts", "artifacts", "runs", "What lies directly in a folder of artifacts; models are folders at the root"),
		func(ctx context.Context, in *ArtifactQuery) (*answer[api.Listing], error) {
			list, err := d.listArtifacts(ctx, in.Run, in.Path)
			return the(api.Listing{Artifacts: list}, err)
		})
	o := get("/runs/{run}/artifact", "artifact", "runs", "The bytes of an artifact, to be saved; ranges can be asked for")
	o.Responses = bytesResponse("The file")
	add(d, h, o, func(ctx context.Context, in *ArtifactQuery) (*stream, error) {
		return send(d.artifact(ctx, in.Run, in.Path))
	})
}

// bytesResponse describes an answer of bytes.
func bytesResponse(what string) map[string]*huma.Response {
	return map[string]*huma.Response{"200": {
		Description: what,
		Content: map[string]*huma.MediaType{
			"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}},
		},
	}}
}

// listArtifacts lists a folder. The models of a run appear at its root as
// folders with their names, as MLflow shows them.
func (d *Door) listArtifacts(ctx context.Context, run, folder string) ([]api.Artifact, error) {
	list, err := d.entries(ctx, track.Owner{Run: run}, folder, "")
	if err != nil {
		return nil, err
	}
	if folder == "" {
		for _, m := range d.models(run) {
			list = append(list, api.Artifact{Path: m.Name, Folder: true})
		}
	} else if model, below, ok := d.inModel(run, folder); ok {
		files, err := d.entries(ctx, track.Owner{Model: model.ID}, below, model.Name)
		if err != nil {
			return nil, err
		}
		list = append(list, files...)
	}
	slices.SortStableFunc(list, func(a, b api.Artifact) int { return strings.Compare(a.Path, b.Path) })
	return slices.CompactFunc(list, func(a, b api.Artifact) bool { return a.Path == b.Path }), nil
}

func (d *Door) entries(ctx context.Context, o track.Owner, folder, prefix string) ([]api.Artifact, error) {
	tree, err := d.Artifacts.Of(o)
	if err != nil {
		return nil, err
	}
	entries, err := tree.List(ctx, folder)
	list := make([]api.Artifact, 0, len(entries))
	for _, e := range entries {
		list = append(list, api.Artifact{Path: path.Join(prefix, e.Path), Folder: e.Folder, Size: e.Size})
	}
	return list, err
}

// allFiles returns all artifacts of a run, and where they lie. Of those that lie
// where Varve cannot read there are none.
func (d *Door) allFiles(ctx context.Context, run string) (artifact.Tree, []artifact.File, error) {
	tree, err := d.Artifacts.Of(track.Owner{Run: run})
	if errors.Is(err, fault.Unsupported) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	files, err := tree.All(ctx, "")
	return tree, files, err
}

// inModel finds the model that the first element of a path names, the last one
// if there are several, and the rest of the path.
func (d *Door) inModel(run, at string) (model api.Model, below string, ok bool) {
	name, below, _ := strings.Cut(at, "/")
	for _, m := range slices.Backward(d.models(run)) {
		if m.Name == name {
			return m, below, true
		}
	}
	return api.Model{}, "", false
}

// artifact opens one file of a run, or of a model of it.
func (d *Door) artifact(ctx context.Context, run, at string) (artifact.Content, error) {
	tree, err := d.Artifacts.Of(track.Owner{Run: run})
	if err != nil {
		return artifact.Content{}, err
	}
	file, err := tree.Open(ctx, at)
	if !errors.Is(err, fault.NotFound) {
		return file, err
	}
	if model, below, ok := d.inModel(run, at); ok && below != "" {
		if tree, err = d.Artifacts.Of(track.Owner{Model: model.ID}); err != nil {
			return file, err
		}
		return tree.Open(ctx, below)
	}
	return file, err
}

// types are the content types of artifacts by the end of their names. Nothing
// that a browser would run is among them; what is not here is bytes.
var types = map[string]string{
	".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp",
	".svg": "image/svg+xml", ".bmp": "image/bmp", ".pdf": "application/pdf", ".json": "application/json",
	".csv": "text/csv; charset=utf-8", ".tsv": "text/tab-separated-values; charset=utf-8",
	".txt": "text/plain; charset=utf-8", ".md": "text/plain; charset=utf-8", ".log": "text/plain; charset=utf-8",
	".yaml": "text/plain; charset=utf-8", ".yml": "text/plain; charset=utf-8", ".toml": "text/plain; charset=utf-8",
	".py": "text/plain; charset=utf-8", ".r": "text/plain; charset=utf-8", ".jl": "text/plain; charset=utf-8",
}

// sendArtifact answers with a file that came from who knows where: to be saved,
// not shown, and without any rights if it is shown all the same.
func sendArtifact(w http.ResponseWriter, r *http.Request, file artifact.Content) {
	h := w.Header()
	kind := types[strings.ToLower(path.Ext(file.Path))]
	if kind == "" {
		kind = "application/octet-stream"
	}
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", attachment(path.Base(file.Path)))
	h.Set("Content-Security-Policy", "sandbox")
	http.ServeContent(w, r, "", time.Time{}, file)
}

// attachment is the header that makes a browser save a file under a name.
func attachment(name string) string {
	if v := mime.FormatMediaType("attachment", map[string]string{"filename": name}); v != "" {
		return v
	}
	return "attachment"
}
