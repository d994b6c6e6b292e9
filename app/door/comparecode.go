package door

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"dev.varve/app/door/api"
	"dev.varve/backend/compare"
	"dev.varve/backend/event"
	"dev.varve/backend/track"
)

// The bounds of a comparison of code.
const (
	mostCodeFiles = 200
	mostCodeBytes = 256 << 10 // of a file
)

// codeTypes are the ends of the names of files that hold code, or say how it runs.
var codeTypes = []string{
	".py", ".r", ".jl", ".sh", ".m", ".c", ".h", ".cc", ".cpp", ".cu", ".f90", ".go", ".java", ".scala", ".rs", ".js", ".ts", ".sql", ".lua",
	".yaml", ".yml", ".toml", ".cfg", ".ini",
}

// compareCode compares the files of code among the artifacts of two runs.
func (d *Door) compareCode(ctx context.Context, in *struct {
	A string `query:"a" required:"true" doc:"Id of a run"`
	B string `query:"b" required:"true" doc:"Id of the run that is compared with it"`
}) (*answer[api.CodeDifference], error) {
	var files [2]map[string]event.ArtifactPut
	var commits [2]string
	for i, run := range []string{in.A, in.B} {
		if err := d.Records.Run(run, func(r *track.Run) { commits[i] = r.AllTags()["mlflow.source.git.commit"] }); err != nil {
			return nil, err
		}
		list, err := d.Records.Artifacts(track.Owner{Run: run}, "")
		if err != nil {
			return nil, err
		}
		files[i] = map[string]event.ArtifactPut{}
		for _, f := range list {
			if slices.Contains(codeTypes, strings.ToLower(path.Ext(f.Path))) && f.Size <= mostCodeBytes {
				files[i][f.Path] = f
			}
		}
	}
	out := api.CodeDifference{Files: []api.CodeFile{}}
	all := maps.Clone(files[0])
	maps.Copy(all, files[1])
	paths := slices.Sorted(maps.Keys(all))
	for _, name := range paths[:min(len(paths), mostCodeFiles)] {
		a, inA := files[0][name]
		b, inB := files[1][name]
		file, err := d.codeFile(ctx, name, a, b, inA, inB)
		if err != nil {
			return nil, err
		}
		out.Files = append(out.Files, file)
	}
	out.Note = codeNote(commits, len(paths))
	return the(out, nil)
}

// codeNote says in words what a comparison could look at.
func codeNote(commits [2]string, files int) string {
	var words []string
	if commits[0] != commits[1] && commits[0] != "" && commits[1] != "" {
		words = append(words, fmt.Sprintf("%.7s → %.7s", commits[0], commits[1]))
	}
	switch {
	case files == 0:
		words = append(words, `No code was kept with these runs. A script keeps its own with mlflow.log_artifact(__file__, "code").`)
	case files > mostCodeFiles:
		words = append(words, fmt.Sprintf("The first %d of %d files", mostCodeFiles, files))
	}
	return strings.Join(words, ". ")
}

func (d *Door) codeFile(ctx context.Context, name string, a, b event.ArtifactPut, inA, inB bool) (api.CodeFile, error) {
	file := api.CodeFile{Path: name, Status: "changed", Hunks: []api.CodeHunk{}}
	switch {
	case !inA:
		file.Status = "added"
	case !inB:
		file.Status = "removed"
	case bytes.Equal(a.Content, b.Content):
		file.Status = "same"
		return file, nil
	}
	before, err := d.codeText(ctx, a, inA)
	if err != nil {
		return file, err
	}
	after, err := d.codeText(ctx, b, inB)
	if err != nil {
		return file, err
	}
	for _, h := range compare.Diff(before, after) {
		hunk := api.CodeHunk{Line: h.Line, Lines: make([]api.CodeLine, len(h.Lines))}
		for i, l := range h.Lines {
			hunk.Lines[i] = api.CodeLine(l)
		}
		file.Hunks = append(file.Hunks, hunk)
	}
	if len(file.Hunks) == 0 {
		file.Status = "same" // but for the ends of lines
	}
	return file, nil
}

// codeText reads a file of code. What is no text in it becomes a mark.
func (d *Door) codeText(ctx context.Context, file event.ArtifactPut, there bool) (string, error) {
	if !there {
		return "", nil
	}
	content, err := d.Files.Open(ctx, file.Content)
	if err != nil {
		return "", err
	}
	defer content.Close()
	data, err := io.ReadAll(io.LimitReader(content, mostCodeBytes))
	return strings.ToValidUTF8(string(data), string(utf8.RuneError)), err
}
