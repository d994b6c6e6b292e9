package cli

import (
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"dev.varve/app/client"
	"dev.varve/app/door/api"
	"dev.varve/backend/fault"
	"dev.varve/backend/say"
)

func (a *App) artifactsPut() *cobra.Command {
	return &cobra.Command{
		Use:   "put PATH ADDRESS",
		Short: "Store a file or folder with a run or a logged model",
		Long: `Stores the file PATH, or all files of the folder PATH, among the artifacts of a
run or a logged model: in the folder that ADDRESS names, which is made. Files of
the same name are replaced. Links and what is neither file nor folder are left out.
ADDRESS is RUN, RUN/FOLDER, runs:/RUN/FOLDER or models:/m-…. They are stored where
the artifacts of the run lie: in the workspace, or in the folder that the experiment
names.

Exit codes: 0; 201 if there is nothing at PATH, or no such run; 202 for a version of
a registered model, which never changes; 208 if the disk is full; 213 if the
artifacts of the run lie where Varve cannot write.`,
		Args: cobra.ExactArgs(2), Example: "  varve artifacts put loss.png 1f0a63c2/plots\n  varve artifacts put ./figures 1f0a63c2",
		RunE: func(c *cobra.Command, args []string) error {
			files, total, err := a.filesOf(args[0])
			if err != nil {
				return err
			}
			cl, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			at, err := address(c, cl, args[1])
			if err != nil {
				return err
			}
			return a.storeAll(c, cl, at, files, total)
		},
	}
}

// localFile is a file that is to be stored.
type localFile struct {
	path string // on this computer
	name string // from the address, with /
	size int64
}

// filesOf lists a file, or the files of a folder.
func (a *App) filesOf(root string) (list []localFile, total int64, err error) {
	top, err := os.Stat(root)
	if err != nil {
		return nil, 0, a.OnDisk(err, "read", root)
	}
	if top.Mode().IsRegular() {
		return []localFile{{root, filepath.Base(root), top.Size()}}, top.Size(), nil
	}
	err = filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, name)
		list, total = append(list, localFile{name, filepath.ToSlash(rel), info.Size()}), total+info.Size()
		return err
	})
	if err == nil && len(list) == 0 {
		return nil, 0, fault.New(fault.NotFound, "there is no file in %s", root)
	}
	return list, total, a.OnDisk(err, "read", root)
}

func (a *App) storeAll(c *cobra.Command, cl *client.Client, address string, files []localFile, total int64) error {
	bar := newBar(a.Err)
	defer bar.end()
	var done int64
	for _, f := range files {
		report := func(n int64) { bar.show(api.Job{Title: "Store", Total: total, Bytes: done + n}) }
		if err := a.store(c.Context(), cl, address, f, report); err != nil {
			return err
		}
		done += f.size
	}
	fmt.Fprintf(a.Out, "Stored %s, %s.\n", say.Count(len(files), "file"), say.Bytes(total))
	return nil
}

// store sends one file. It is recorded when all of it has arrived.
func (a *App) store(ctx context.Context, cl *client.Client, address string, f localFile, report func(int64)) error {
	file, err := os.Open(f.path)
	if err != nil {
		return a.OnDisk(err, "read", f.path)
	}
	defer file.Close()
	where := client.Prefix + "/artifacts/file?" + url.Values{"address": {address}, "path": {f.name}}.Encode()
	resp, err := cl.Do(ctx, http.MethodPut, cl.Address+where, &counting{file, 0, report})
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= http.StatusMultipleChoices {
		return client.ProblemOf(resp)
	}
	return nil
}
