package cli

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"dev.varve/app/client"
	"dev.varve/app/door/api"
	"dev.varve/backend/fault"
)

// runsHelp says how runs are named.
const runsHelp = "RUN is the id of a run, its first characters (four at least), or its name if no other\nrun has it."

var (
	wholeID   = regexp.MustCompile(`^[0-9a-f]{32}$`)
	beginOfID = regexp.MustCompile(`^[0-9a-f]{4,31}…?$`)
)

// runIDs finds out which runs are meant. An id is taken as it is: whether there
// is such a run, its use tells.
func runIDs(ctx context.Context, cl *client.Client, args []string) ([]string, error) {
	ids := make([]string, len(args))
	for i, arg := range args {
		id, err := runID(ctx, cl, arg)
		if err != nil {
			return nil, err
		}
		ids[i] = id
	}
	return ids, nil
}

func runID(ctx context.Context, cl *client.Client, arg string) (string, error) {
	if wholeID.MatchString(arg) {
		return arg, nil
	}
	var detail api.RunDetail
	if err := cl.Get(ctx, "/runs/"+url.PathEscape(arg), nil, &detail); err == nil {
		return detail.ID, nil
	}
	var filters []string
	if !strings.Contains(arg, "'") || !strings.Contains(arg, `"`) {
		filters = append(filters, "run_name = "+quoted(arg))
	}
	if beginOfID.MatchString(arg) {
		filters = append(filters, "run_id LIKE '"+strings.TrimSuffix(arg, "…")+"%'")
	}
	found, err := matches(ctx, cl, filters)
	switch {
	case err != nil:
		return "", err
	case len(found) == 1:
		return found[0].ID, nil
	case len(found) == 0:
		return "", fault.New(fault.NotFound, "there is no run %q", arg).WithHint("%s", strings.ReplaceAll(runsHelp, "\n", " "))
	}
	lines := make([]string, 0, len(found))
	for _, r := range found[:min(len(found), 5)] {
		lines = append(lines, fmt.Sprintf("  %s  %s, %s", r.ID, r.Name, when(r.Started)))
	}
	return "", fault.New(fault.Invalid, "several runs are %q", arg).WithHint("Name one by its id:\n%s", strings.Join(lines, "\n"))
}

// matches finds the runs of any of the filters, in the trash or not.
func matches(ctx context.Context, cl *client.Client, filters []string) (found []api.RunRow, err error) {
	for _, filter := range filters {
		for _, trashed := range []string{"false", "true"} {
			var page api.RunPage
			if err := cl.Get(ctx, "/runs", url.Values{"filter": {filter}, "limit": {"6"}, "trashed": {trashed}}, &page); err != nil {
				return nil, err
			}
			for _, r := range page.Runs {
				if !slices.ContainsFunc(found, func(f api.RunRow) bool { return f.ID == r.ID }) {
					found = append(found, r)
				}
			}
		}
	}
	return found, nil
}

// quoted writes text as a filter has it: with one kind of quotes, the other may
// stand in it.
func quoted(text string) string {
	if strings.Contains(text, "'") {
		return `"` + text + `"`
	}
	return "'" + text + "'"
}

// oneRun connects, and finds out which run is meant.
func (a *App) oneRun(c *cobra.Command, arg string) (*client.Client, string, error) {
	cl, ids, err := a.someRuns(c, []string{arg})
	if err != nil {
		return nil, "", err
	}
	return cl, ids[0], nil
}

// someRuns is oneRun for several.
func (a *App) someRuns(c *cobra.Command, args []string) (*client.Client, []string, error) {
	cl, err := a.connect(c.Context())
	if err != nil {
		return nil, nil, err
	}
	ids, err := runIDs(c.Context(), cl, args)
	return cl, ids, err
}
