package cli

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"dev.varve/app/client"
	"dev.varve/app/door/api"
	"dev.varve/backend/say"
)

// completion prints what a shell needs to complete command lines.
func (a *App) completion() *cobra.Command {
	shell := func(name, how string, write func(root *cobra.Command, w io.Writer) error) *cobra.Command {
		return &cobra.Command{
			Use: name, Short: "Completion for " + name,
			Long: "Prints what " + name + ` needs to complete commands, options, runs, experiments, metrics and
data sets of the workspace.

Exit codes: 0.`,
			Example: how,
			RunE:    func(c *cobra.Command, _ []string) error { return write(c.Root(), a.Out) },
		}
	}
	return group("completion", "Let a shell complete command lines",
		shell("bash", "  source <(varve completion bash)\n  varve completion bash > ~/.local/share/bash-completion/completions/varve",
			func(root *cobra.Command, w io.Writer) error { return root.GenBashCompletionV2(w, true) }),
		shell("zsh", "  varve completion zsh > ~/.zsh/completions/_varve",
			func(root *cobra.Command, w io.Writer) error { return root.GenZshCompletion(w) }),
		shell("fish", "  varve completion fish > ~/.config/fish/completions/varve.fish",
			func(root *cobra.Command, w io.Writer) error { return root.GenFishCompletion(w, true) }),
		shell("powershell", "  varve completion powershell | Out-String | Invoke-Expression",
			func(root *cobra.Command, w io.Writer) error { return root.GenPowerShellCompletionWithDesc(w) }))
}

const (
	completeTime = 3 * time.Second // nobody waits longer for a completion
	mostOffered  = 50
)

// completeArgs has all commands complete their arguments by the words in their
// line of use, and the options that name something.
func (a *App) completeArgs(c *cobra.Command) {
	if words := strings.Fields(c.Use)[1:]; len(words) > 0 && c.ValidArgsFunction == nil && !c.HasSubCommands() {
		c.ValidArgsFunction = func(c *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			return a.offer(c, words[min(len(args), len(words)-1)], args, typed)
		}
	}
	for flag, word := range map[string]string{"experiment-name": "EXPERIMENT", "experiment": "EXPERIMENT", "to": "EXPERIMENT", "filter": "QUERY", "run": "RUN"} {
		if c.Flags().Lookup(flag) != nil {
			complete := func(c *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
				return a.offer(c, word, args, typed)
			}
			_ = c.RegisterFlagCompletionFunc(flag, complete) // only fails for a flag that there is not
		}
	}
	for _, sub := range c.Commands() {
		a.completeArgs(sub)
	}
}

// offer lists what can stand for a word of a line of use. What cannot be found
// out is not offered.
func (a *App) offer(c *cobra.Command, word string, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	word = strings.TrimSuffix(strings.Trim(word, "[]"), "...")
	if strings.HasPrefix(word, "PATH") || word == "DEST" || word == "PROJECT" {
		return nil, cobra.ShellCompDirectiveDefault // of files
	}
	ctx, cancel := context.WithTimeout(c.Context(), completeTime)
	defer cancel()
	cl, err := a.connect(ctx)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	kind := c.Parent().Name()
	var list []string
	switch {
	case word == "RUN":
		list = offerRuns(ctx, cl, c.Name() == "restore", typed)
	case word == "KEY":
		list = offerMetrics(ctx, cl, args, typed)
	case word == "QUERY":
		list = offerQuery(ctx, cl, typed)
	case word == "FOLDER":
		list = offerFolders(ctx, cl, typed)
	case word == "EXPERIMENT" || kind == "experiments" && (word == "NAME" || word == "FROM" || word == "INTO" || word == "TO"):
		list = offerExperiments(ctx, cl, typed)
	case word == "MODEL" || kind == "models" && strings.HasPrefix(word, "NAME"):
		list = offerModels(ctx, cl, typed)
	case word == "ADDRESS" || word == "SOURCE":
		list = append(offerModels(ctx, cl, typed), offerRuns(ctx, cl, false, typed)...)
	case kind == "data" && strings.HasPrefix(word, "NAME"):
		list = offerDatasets(ctx, cl, typed)
	}
	slices.Sort(list)
	return list, cobra.ShellCompDirectiveNoFileComp
}

// offerRuns offers ids by their beginning, and names by a part. It is the shell
// that keeps what begins with what was typed.
func offerRuns(ctx context.Context, cl *client.Client, trashed bool, typed string) (list []string) {
	filter := ""
	switch {
	case typed == "":
	case wholeID.MatchString(typed) || beginOfID.MatchString(typed):
		filter = "run_id LIKE '" + typed + "%'"
	case !strings.ContainsAny(typed, `'"%_`):
		filter = "run_name LIKE '" + typed + "%'"
	}
	var page api.RunPage
	query := url.Values{"filter": {filter}, "limit": {fmt.Sprint(mostOffered)}, "trashed": {fmt.Sprint(trashed)}}
	if cl.Get(ctx, "/runs", query, &page) != nil {
		return nil
	}
	for _, r := range page.Runs {
		switch about := fmt.Sprintf("%s, %s", r.Status, when(r.Started)); {
		case strings.HasPrefix(r.ID, typed):
			list = append(list, described(r.ID, r.Name+", "+about))
		case strings.HasPrefix(r.Name, typed):
			list = append(list, described(r.Name, about))
		}
	}
	return list
}

func offerMetrics(ctx context.Context, cl *client.Client, args []string, typed string) (list []string) {
	id, err := runID(ctx, cl, args[0])
	if err != nil {
		return nil
	}
	var r api.RunDetail
	if cl.Get(ctx, "/runs/"+id, nil, &r) != nil {
		return nil
	}
	for _, m := range r.MetricList {
		if strings.HasPrefix(m.Key, typed) {
			list = append(list, described(m.Key, figure(float64(m.Last))))
		}
	}
	return list
}

// offerQuery offers what can stand next in a filter.
func offerQuery(ctx context.Context, cl *client.Client, typed string) (list []string) {
	var out api.Suggestions
	letters := []rune(typed)
	query := url.Values{"filter": {typed}, "cursor": {fmt.Sprint(len(letters))}}
	if cl.Get(ctx, "/runs/suggest", query, &out) != nil {
		return nil
	}
	for _, s := range out.Suggestions {
		if s.From <= len(letters) {
			list = append(list, string(letters[:s.From])+s.Insert)
		}
	}
	return list
}

func offerExperiments(ctx context.Context, cl *client.Client, typed string) (list []string) {
	for _, x := range experimentsOf(ctx, cl) {
		if strings.HasPrefix(x.Name, typed) {
			list = append(list, described(x.Name, say.Count(x.Runs, "run")))
		}
	}
	return list
}

func offerFolders(ctx context.Context, cl *client.Client, typed string) (list []string) {
	for _, l := range folders(experimentsOf(ctx, cl)) {
		if strings.HasPrefix(l.item.path, typed) {
			list = append(list, l.item.path)
		}
	}
	return list
}

func experimentsOf(ctx context.Context, cl *client.Client) []api.Experiment {
	var out api.Experiments
	if cl.Get(ctx, "/experiments", nil, &out) != nil {
		return nil
	}
	return out.Experiments
}

func offerDatasets(ctx context.Context, cl *client.Client, typed string) (list []string) {
	var out struct{ Datasets []api.Dataset }
	if cl.Get(ctx, "/datasets", nil, &out) != nil {
		return nil
	}
	for _, d := range out.Datasets {
		if strings.HasPrefix(d.Name, typed) {
			list = append(list, d.Name)
		}
	}
	return list
}

// offerModels offers registered models, and what their aliases point to.
func offerModels(ctx context.Context, cl *client.Client, typed string) (list []string) {
	var out api.RegisteredModels
	if cl.Get(ctx, "/models", nil, &out) != nil {
		return nil
	}
	prefix := ""
	if strings.HasPrefix(typed, "m") && strings.HasPrefix("models:/", typed) || strings.HasPrefix(typed, "models:/") {
		prefix = "models:/"
	}
	for _, m := range out.Models {
		list = append(list, described(prefix+m.Name, say.Count(m.Versions, "version")))
		for _, p := range m.Aliases {
			list = append(list, described(prefix+m.Name+"@"+p.Alias, fmt.Sprintf("version %d", p.Version)))
		}
	}
	return slices.DeleteFunc(list, func(one string) bool { return !strings.HasPrefix(one, typed) })
}

// described adds to an offer what shells show beside it.
func described(text, about string) string {
	return text + "\t" + strings.NewReplacer("\t", " ", "\n", " ", "\r", " ").Replace(about)
}
