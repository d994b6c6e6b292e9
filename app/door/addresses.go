package door

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"dev.varve/app/door/api"
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

type addressFileQuery struct {
	AddressQuery
	Path string `query:"path" doc:"From the address; empty: the file at the address itself"`
}

func (d *Door) describeAddresses(h huma.API) {
	add(d, h, get("/artifacts", "addressFiles", "artifacts", "All files at an address, and in the folders below it"), d.addressFiles)
	o := get("/artifacts/file", "addressFile", "artifacts", "The bytes of a file at an address, to be saved; ranges can be asked for. The ETag changes with the content")
	o.Responses = bytesResponse("The file")
	add(d, h, o, func(ctx context.Context, in *addressFileQuery) (*stream, error) {
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
	add(d, h, get("/artifacts/digest", "addressDigest", "artifacts", "The SHA-256 of a file at an address: it is read for that"), d.addressDigest)
}

func (d *Door) addressFiles(_ context.Context, in *AddressQuery) (*answer[api.AddressListing], error) {
	at, err := registry.Resolve(d.Records, in.Address)
	if err != nil {
		return nil, err
	}
	out := api.AddressListing{Address: in.Address, Run: at.Run, URI: at.URI, Files: []api.Artifact{}, Elsewhere: at.Owner == (track.Owner{})}
	if v := at.Version; v != nil {
		out.Version = fmt.Sprintf("%s/%d", v.Name, v.Number)
	}
	files, err := d.filesAt(at)
	for _, f := range files {
		out.Files = append(out.Files, api.Artifact{Path: below(at.Path, f.Path), Size: f.Size})
	}
	if err == nil && len(files) == 0 && !out.Elsewhere && at.Path != "" {
		err = fault.New(fault.NotFound, "there are no files at %s", in.Address)
	}
	return the(out, err)
}

func (d *Door) addressDigest(ctx context.Context, in *addressFileQuery) (*answer[api.FileDigest], error) {
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
