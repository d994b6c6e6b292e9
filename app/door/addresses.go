package door

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"path"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"dev.varve/app/door/api"
	"dev.varve/backend/artifact"
	"dev.varve/backend/fault"
	"dev.varve/backend/registry"
	"dev.varve/backend/track"
)

// What lies at an address: models:/name@alias, models:/name/3, models:/m-…,
// runs:/RUN/PATH.

// AddressQuery names what lies at an address.
type AddressQuery struct {
	Address string `query:"address" required:"true" doc:"models:/NAME@ALIAS, models:/NAME/VERSION, models:/m-…, runs:/RUN/PATH"`
}

// AddressFileQuery names a file at an address.
type AddressFileQuery struct {
	AddressQuery
	Path string `query:"path" doc:"From the address; empty: the file at the address itself"`
}

// incomingFile is a file whose bytes are the body.
type incomingFile struct {
	AddressFileQuery
	r *http.Request
	w http.ResponseWriter
}

// Resolve keeps the body from being read into memory.
func (f *incomingFile) Resolve(c huma.Context) []error {
	f.r, f.w = humago.Unwrap(c)
	return nil
}

func (d *Door) describeAddresses(h huma.API) {
	add(d, h, get("/address", "address", "artifacts", "What an address leads to"), d.address)
	add(d, h, get("/artifacts", "addressFiles", "artifacts", "All files at an address, and in the folders below it"), d.addressFiles)
	o := get("/artifacts/file", "addressFile", "artifacts", "The bytes of a file at an address, to be saved; ranges can be asked for. The ETag changes with the content")
	o.Responses = bytesResponse("The file")
	add(d, h, o, func(ctx context.Context, in *AddressFileQuery) (*stream, error) {
		at, err := registry.Resolve(d.Records, in.Address)
		if err != nil {
			return nil, err
		}
		file, err := d.fileAt(ctx, at, in.Path)
		if err != nil {
			return nil, err
		}
		return &stream{Body: func(c huma.Context) {
			r, w := humago.Unwrap(c)
			w.Header().Set("ETag", `"`+file.Tag+`"`)
			defer file.Close()
			sendArtifact(w, r, file)
		}}, nil
	})
	o = put("/artifacts/file", "storeFile", "artifacts", "Keep the body as a file of a run or logged model, in place of one of that name")
	o.RequestBody = &huma.RequestBody{Required: true, Content: bytesResponse("")["200"].Content}
	add(d, h, o, func(ctx context.Context, in *incomingFile) (*answer[api.Artifact], error) {
		kept, err := d.storeFile(ctx, in)
		if err != nil {
			d.drain(in.w, in.r)
		}
		return the(kept, err)
	})
	add(d, h, get("/artifacts/digest", "addressDigest", "artifacts", "The SHA-256 of a file at an address: it is read for that"), d.addressDigest)
}

func (d *Door) address(_ context.Context, in *AddressQuery) (*answer[api.AddressMeaning], error) {
	at, err := registry.Resolve(d.Records, in.Address)
	if err != nil {
		return nil, err
	}
	out := api.AddressMeaning{Address: in.Address, Run: at.Run}
	switch {
	case at.Version != nil:
		out.Model, out.Version = at.Version.Name, int(at.Version.Number)
	case at.Run == "":
		return nil, fault.New(fault.NotFound, "%s belongs to no run that is known here", in.Address)
	case at.Owner.Model != "": // a folder among the artifacts of its run
		err = d.Records.Model(at.Owner.Model, func(m *track.LoggedModel) { out.Path = path.Join(m.Name(), at.Path) })
	default:
		out.Path = at.Path
	}
	return the(out, err)
}

func (d *Door) addressFiles(ctx context.Context, in *AddressQuery) (*answer[api.AddressListing], error) {
	at, err := registry.Resolve(d.Records, in.Address)
	if err != nil {
		return nil, err
	}
	out := api.AddressListing{Address: in.Address, Run: at.Run, URI: at.URI, Files: []api.Artifact{}}
	if v := at.Version; v != nil {
		out.Version = fmt.Sprintf("%s/%d", v.Name, v.Number)
	}
	files, elsewhere, err := d.filesAt(ctx, at)
	out.Elsewhere = elsewhere
	for _, f := range files {
		out.Files = append(out.Files, api.Artifact{Path: below(at.Path, f.Path), Size: f.Size})
	}
	if err == nil && len(files) == 0 && !out.Elsewhere && at.Path != "" {
		err = fault.New(fault.NotFound, "there are no files at %s", in.Address)
	}
	return the(out, err)
}

// storeFile takes the body of a request in. The file is there when all of it has arrived.
func (d *Door) storeFile(ctx context.Context, in *incomingFile) (kept api.Artifact, err error) {
	at, err := registry.Resolve(d.Records, in.Address)
	if err != nil {
		return kept, err
	}
	if at.Version != nil {
		return kept, fault.New(fault.Invalid, "a version of a registered model never changes").WithHint("Register another one.")
	}
	if at.Owner == (track.Owner{}) {
		return kept, liesElsewhere(at)
	}
	tree, err := d.Artifacts.Of(at.Owner)
	if err != nil {
		return kept, err
	}
	kept.Path = path.Join(at.Path, in.Path)
	body := &artifact.Incoming{From: in.r.Body}
	err = tree.Put(ctx, kept.Path, body)
	if body.Broken != nil {
		err = fault.New(fault.Invalid, "The file was cut off: %v", body.Broken)
	}
	kept.Size = body.Size
	return kept, err
}

func (d *Door) addressDigest(ctx context.Context, in *AddressFileQuery) (*answer[api.FileDigest], error) {
	at, err := registry.Resolve(d.Records, in.Address)
	if err != nil {
		return nil, err
	}
	content, err := d.fileAt(ctx, at, in.Path)
	if err != nil {
		return nil, err
	}
	defer content.Close()
	sum := sha256.New()
	n, err := io.Copy(sum, content)
	return the(api.FileDigest{Size: n, SHA256: hex.EncodeToString(sum.Sum(nil))}, err)
}
