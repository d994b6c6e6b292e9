package cli

import (
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"dev.varve/app/door/api"
	"dev.varve/backend/deposit"
	"dev.varve/backend/fault"
)

func (a *App) dataExport() *cobra.Command {
	var want api.Deposit
	c := &cobra.Command{
		Use:   "export NAME[@VERSION] DEST",
		Short: "Write a version as a package for a repository",
		Long: `Writes the files of a version, the newest if none is named, with what is known of them:

  ro-crate      RO-Crate 1.3: files, sizes, hashes, people, the runs that made files
  croissant     Croissant 1.1, for machine learning: files, hashes, columns of tables
  frictionless  Data Package 2.0: files, hashes, columns of tables
  datacite      what a repository sends to DataCite for a DOI
  bagit         a bag of BagIt 1.0 for archives
  folder        only the files

The files lie in DEST/data, except for folder. 'varve data describe' says what the data
is; ro-crate needs a description and a licence, croissant creators, too, and datacite
creators. With --zip, or a DEST that ends in .zip, it is one zip file. DEST is whole or
not there. What is there already is not touched; with --over a zip file is replaced, or
a folder in which there is nothing but an earlier export of this form.

Exit codes: 0; 201 if there is no such data set or version, or no folder for DEST; 202 if
the description lacks something; 203 if DEST is there already; 206 if it may not be
written; 208 if the disk is full; 209 if a file's content is damaged; 130 if you
interrupt it.`,
		Example: `  varve data export wine-quality wine-crate --as ro-crate
  varve data export wine-quality@clean wine.zip --as bagit
  varve data export wine-quality wine.zip --as croissant --over`,
		Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			if want.As == "" {
				return usage(c, fault.New(fault.Invalid, "--as says what to write: %s", strings.Join(deposit.Forms(), ", ")))
			}
			if _, err := deposit.Named(want.As); err != nil {
				return usage(c, err)
			}
			abs, err := filepath.Abs(args[1])
			if err != nil {
				return fault.New(fault.Invalid, "%q is not a path: %v", args[1], err)
			}
			d, v, err := a.findVersion(c, args[0])
			if err != nil {
				return err
			}
			want.Dest, want.Zip = abs, want.Zip || strings.EqualFold(filepath.Ext(abs), ".zip")
			return a.runJob(c, "/datasets/"+d.ID+"/versions/"+v.ID+"/export", want)
		},
	}
	f := c.Flags()
	f.StringVar(&want.As, "as", "", strings.Join(deposit.Forms(), ", "))
	f.BoolVar(&want.Zip, "zip", false, "one zip file instead of a folder")
	f.BoolVar(&want.Over, "over", false, "replace a zip file, or an earlier export of this form")
	return a.jsonFlag(c)
}
