// Package cli is the command line, one file per command. Commands speak to the
// owner of the workspace through its door; where nobody owns it, they start an
// owner that ends by itself.
package cli

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"dev.varve/app/client"
	"dev.varve/app/door/api"
	"dev.varve/backend/content"
	"dev.varve/backend/fault"
)

// App is the command line with what it needs from outside.
type App struct {
	Version string
	Out     io.Writer
	Err     io.Writer
	// Connect returns a client of the workspace's owner and starts one if there
	// is none. named is the value of --workspace.
	Connect func(ctx context.Context, named string) (*client.Client, error)
	// Serve owns the workspace until ctx ends.
	Serve func(ctx context.Context, o ServeOptions) error
	// Launch prepares and starts a run with this process's environment.
	Launch func(ctx context.Context, c *client.Client, r RunRequest, say func(string)) (run string, err error)
	// Doctor checks, and rebuilds, what nobody owns.
	Doctor func(ctx context.Context, named string, o DoctorOptions) (Diagnosis, error)
	// Workspaces lists those that were opened on this computer; Here is the one that
	// commands work on. Nothing is opened for it.
	Workspaces func(named string) (api.Workspaces, error)
	// Window starts the window and returns when it is on its way.
	Window func(ctx context.Context, named string) error
	// Browse opens an address in the person's browser.
	Browse func(address string) error
	// OnDisk says what an error of the operating system means.
	OnDisk func(err error, op, object string) error
	// Source reads a file or folder as it is.
	Source func(path string) content.Source

	workspace string
	json      bool
}

// Run executes a command line and returns the exit code.
func (a *App) Run(ctx context.Context, args []string) int {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	for _, arg := range args {
		if !utf8.ValidString(arg) { // JSON would carry it as something else
			return fail(a.Err, fault.New(fault.Invalid, "the argument %q is not text: it has bytes that are not UTF-8", arg).
				WithHint("Rename the file or folder, or name one above it."), false)
		}
	}
	root := a.root()
	root.SetArgs(args)
	root.SetOut(a.Out)
	root.SetErr(a.Err)
	if err := root.ExecuteContext(ctx); err != nil {
		return fail(a.Err, err, a.json)
	}
	return 0
}

func (a *App) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "varve",
		Short: "Keep the record of your computational work",
		Long: `Varve keeps the record of computational work: which data, which code, which
environment and which parameters gave which result.

Without a command it opens the window. Commands work on the workspace named by
--workspace, else by $VARVE_WORKSPACE, else the one that encloses the current
folder, else ~/Varve.

` + codesHelp,
		Example:       "  varve run examples/wine -P alpha=0.1\n  varve runs list\n  varve data add wine wine-quality.csv",
		Version:       a.Version,
		Args:          cobra.NoArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          func(c *cobra.Command, _ []string) error { return a.Window(c.Context(), a.workspace) },
	}
	root.SetFlagErrorFunc(wrongFlag)
	root.PersistentFlags().StringVarP(&a.workspace, "workspace", "w", "", "workspace folder")
	root.AddCommand(a.serve(), a.open(), a.env(), a.run(), a.runs(), a.search(), a.metrics(), a.experiments(), a.data(), a.models(), a.artifacts(), a.imports(), a.exports(), a.workspaces(), a.backup(), a.gc(), a.doctor(), a.completion())
	root.CompletionOptions.DisableDefaultCmd = true
	wrapArgs(root)
	a.completeArgs(root)
	return root
}

// connect reaches the owner.
func (a *App) connect(ctx context.Context) (*client.Client, error) {
	return a.Connect(ctx, a.workspace)
}

// jsonFlag adds --json to a command that reads.
func (a *App) jsonFlag(c *cobra.Command) *cobra.Command {
	c.Flags().BoolVar(&a.json, "json", false, "print JSON")
	return c
}

// group is a command that only holds others.
func group(use, short string, subs ...*cobra.Command) *cobra.Command {
	c := &cobra.Command{Use: use, Short: short, Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error {
		return fault.New(fault.Invalid, "%s needs to know what to do", c.CommandPath()).WithHint("See: %s --help", c.CommandPath())
	}}
	c.AddCommand(subs...)
	return c
}
