package cli

import (
	"time"

	"github.com/spf13/cobra"

	"dev.varve/backend/fault"
)

const maxPort = 1<<16 - 1

// ServeOptions say how to own a workspace without a window.
type ServeOptions struct {
	Named   string // value of --workspace
	Port    int
	NoToken bool
	// PrivateWebhooks lets webhooks go to private networks, and by http.
	PrivateWebhooks bool
	IdleExit        time.Duration // 0: stay
	Open            bool          // open the pages in a browser
	// ArtifactRoot and ArtifactsDestination are values of --default-artifact-root
	// and --artifacts-destination.
	ArtifactRoot, ArtifactsDestination string
	Automatic                          bool // started by another command: quiet, and gives way to a live owner
	Ready                              func(address string)
}

func (a *App) serve() *cobra.Command {
	o := ServeOptions{}
	c := &cobra.Command{
		Use:   "serve",
		Short: "Own the workspace without a window, for scripts and browsers",
		Long: `Owns the workspace and opens its door on this computer's own address, until
TERM or Ctrl-C. Prints one line when it is ready. Scripts find it with the lines
that 'varve env' prints.

Varve keeps artifacts in the workspace, unless it is told otherwise, with options
that mean what they mean to 'mlflow server':

  --default-artifact-root   where new experiments keep their artifacts: below it,
                            each in a folder of its id. Clients write there by
                            themselves. Varve reads folders of this computer (a
                            path, file:/…), and leaves others (s3://…) to clients
  --artifacts-destination   a folder of this computer where files that come
                            through the door are kept as they are, so that other
                            programs find them. Give it each time. What a run
                            that Varve starts sends there stays in the workspace:
                            its agent goes on without an owner, and elsewhere

Relative paths, and relative artifact locations of experiments, start from the
folder where this command was started.

Exit codes: 0 after TERM or Ctrl-C; 207 if another process owns the workspace;
the others as in 'varve --help'.`,
		Example: "  varve serve\n  varve serve --port 5000 --no-token\n  varve serve --open\n  varve serve --artifacts-destination /data/artifacts",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if o.Port < 0 || o.Port > maxPort {
				return usage(c, fault.New(fault.Invalid, "there is no port %d", o.Port))
			}
			o.Named = a.workspace
			a.json = o.Automatic // whoever started it reads why it failed
			o.Ready = func(address string) { c.Println("Varve is ready at " + address) }
			return a.Serve(c.Context(), o)
		},
	}
	c.Flags().IntVar(&o.Port, "port", 0, "port of the door; 0: the one used last, else a free one")
	c.Flags().BoolVar(&o.NoToken, "no-token", false, "ask for no token: every program on this computer may read and write")
	c.Flags().BoolVar(&o.PrivateWebhooks, "private-webhooks", false, "let webhooks go to private networks and this computer, and by http")
	c.Flags().DurationVar(&o.IdleExit, "idle-exit", 0, "end after this time without requests, pages and runs (30m, 2h); 0: stay")
	c.Flags().BoolVar(&o.Open, "open", false, "open the pages in a browser")
	c.Flags().StringVar(&o.ArtifactRoot, "default-artifact-root", "", "location below which new experiments keep their artifacts")
	c.Flags().StringVar(&o.ArtifactsDestination, "artifacts-destination", "", "folder for files that come through the door")
	c.Flags().BoolVar(&o.Automatic, "automatic", false, "give way to a live owner without an error")
	c.Flags().Lookup("automatic").Hidden = true
	return c
}
