package cli

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"dev.varve/app/client"
	"dev.varve/app/door/api"
	"dev.varve/backend/fault"
	"dev.varve/backend/say"
)

// modelHelp says how registered models and their versions are named.
const modelHelp = "MODEL is the name of a registered model, with @ALIAS or /VERSION behind it for a version:\nwine@champion, wine/3, wine/latest. The form models:/wine@champion is understood, too."

func (a *App) models() *cobra.Command {
	return group("models", "List, show, register, promote and delete registered models", a.modelsList(), a.modelsShow(), a.modelsVersions(),
		a.modelsRegister(), a.modelsPromote(), a.modelsAlias(), a.modelsDescribe(), a.modelsDelete(), a.modelsRestore())
}

func (a *App) modelsList() *cobra.Command {
	return a.jsonFlag(&cobra.Command{
		Use:     "list",
		Short:   "List registered models",
		Long:    "Lists the registered models with the versions in their stages.\n\nExit codes: 0; the others as in 'varve --help'.",
		Example: "  varve models list --json",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cl, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			var list api.RegisteredModels
			if err := cl.Get(c.Context(), "/models", nil, &list); err != nil {
				return err
			}
			if a.json {
				return a.printJSON(list.Models)
			}
			rows := make([][]string, 0, len(list.Models))
			for _, m := range list.Models {
				held := map[string]string{}
				for _, s := range m.Stages {
					held[s.Stage] = strconv.Itoa(s.Version)
				}
				var aliases []string
				for _, p := range m.Aliases {
					aliases = append(aliases, fmt.Sprintf("%s=%d", p.Alias, p.Version))
				}
				rows = append(rows, []string{m.Name, strconv.Itoa(m.Versions), held["Production"], held["Staging"], strings.Join(aliases, " "), when(m.Updated)})
			}
			return table(a.Out, []string{"NAME", "VERSIONS", "PRODUCTION", "STAGING", "ALIASES", "CHANGED"}, rows)
		},
	})
}

func modelPath(name string) string { return "/models/" + url.PathEscape(name) }

// readModel reads a registered model with all its versions, and their sizes if they are wanted.
func readModel(c *cobra.Command, cl *client.Client, name string, sizes bool) (m api.RegisteredDetail, err error) {
	if name == "" {
		return m, fault.New(fault.Invalid, "which model is meant?").WithHint("`varve models list` shows them.")
	}
	query := url.Values{"limit": {"100000"}}
	if sizes {
		query.Set("sizes", "true")
	}
	return m, cl.Get(c.Context(), modelPath(name), query, &m)
}

// splitModel takes NAME, NAME/VERSION and NAME@ALIAS apart.
func splitModel(arg string) (name, version, alias string) {
	arg = strings.TrimPrefix(arg, "models:/")
	if i := strings.LastIndexByte(arg, '/'); i >= 0 {
		return arg[:i], arg[i+1:], ""
	}
	if i := strings.LastIndexByte(arg, '@'); i > 0 {
		return arg[:i], "", arg[i+1:]
	}
	return arg, "", ""
}

// oneVersion finds the version that is meant; need says that one must be named.
func (a *App) oneVersion(c *cobra.Command, arg string, need bool) (*client.Client, api.RegisteredDetail, *api.ModelVersion, error) {
	cl, err := a.connect(c.Context())
	if err != nil {
		return nil, api.RegisteredDetail{}, nil, err
	}
	name, version, alias := splitModel(arg)
	m, err := readModel(c, cl, name, version+alias == "")
	if err != nil {
		return nil, m, nil, err
	}
	if version == "" && alias == "" {
		if need {
			err = fault.New(fault.Invalid, "which version of %s is meant?", m.Name).WithHint("Write %s/%d, or %s@ALIAS.", m.Name, max(m.Latest, 1), m.Name)
		}
		return cl, m, nil, err
	}
	number := 0
	switch {
	case alias != "":
		for _, p := range m.Aliases {
			if p.Alias == alias {
				number = p.Version
			}
		}
	case strings.EqualFold(version, "latest"):
		number = m.Latest
	default:
		if number, err = strconv.Atoi(strings.TrimPrefix(version, "v")); err != nil || number < 1 {
			return cl, m, nil, fault.New(fault.Invalid, "%q is not a version number", version).WithHint("Write it as %s/1.", m.Name)
		}
	}
	for i := range m.List {
		if m.List[i].Number == number {
			return cl, m, &m.List[i], nil
		}
	}
	return cl, m, nil, fault.New(fault.NotFound, "model %q has no version %s", m.Name, version+alias).WithHint("`varve models versions %s` shows them.", m.Name)
}

func (a *App) modelsShow() *cobra.Command {
	return a.jsonFlag(&cobra.Command{
		Use:   "show MODEL",
		Short: "Show a registered model, or one version of it",
		Long:  "Shows a registered model, or with a version what its files say and how it is used.\n" + modelHelp + "\n\nExit codes: 0; 201 if there is no such model or version.",
		Args:  cobra.ExactArgs(1), Example: "  varve models show wine\n  varve models show wine@champion",
		RunE: func(c *cobra.Command, args []string) error {
			cl, m, v, err := a.oneVersion(c, args[0], false)
			if err != nil {
				return err
			}
			if v == nil {
				return a.showModel(&m)
			}
			var files api.ModelFiles
			_, _, alias := splitModel(args[0]) // lines of code name the version as the person did
			if err := cl.Get(c.Context(), fmt.Sprintf("%s/versions/%d/files", modelPath(m.Name), v.Number), url.Values{"alias": {alias}}, &files); err != nil {
				return err
			}
			if a.json {
				return a.printJSON(struct {
					api.ModelVersion
					Files api.ModelFiles `json:"files"`
				}{*v, files})
			}
			return a.showVersion(&m, v, &files)
		},
	})
}

func (a *App) showModel(m *api.RegisteredDetail) error {
	if a.json {
		return a.printJSON(m)
	}
	fmt.Fprintf(a.Out, "%s, %s\n", m.Name, say.Count(m.Versions, "version"))
	if m.Description != "" {
		fmt.Fprintf(a.Out, "\n%s\n", m.Description)
	}
	for _, tag := range m.Tags {
		fmt.Fprintf(a.Out, "%s: %s\n", tag.Key, tag.Value)
	}
	fmt.Fprintln(a.Out)
	return a.versionTable(m.List)
}

func (a *App) showVersion(m *api.RegisteredDetail, v *api.ModelVersion, files *api.ModelFiles) error {
	run := v.RunName
	if run == "" {
		run = v.Run
	}
	rows := [][]string{
		{"version", fmt.Sprintf("%s/%d", m.Name, v.Number)}, {"stage", v.Stage}, {"aliases", strings.Join(v.Aliases, " ")}, {"made", when(v.Created) + " " + v.Who},
		{"run", run}, {"source", v.Source}, {"files", fmt.Sprintf("%d, %s", files.Count, say.Bytes(files.Size))}, {"elsewhere", files.Elsewhere},
	}
	for _, f := range files.Flavors {
		rows = append(rows, []string{"flavor", f.Name})
	}
	for _, d := range v.Data {
		rows = append(rows, []string{"data", fmt.Sprintf("%s %s", d.Name, d.Digest[:min(12, len(d.Digest))])})
	}
	for _, tag := range v.Tags {
		rows = append(rows, []string{tag.Key, tag.Value})
	}
	rows = append(rows, []string{"problem", files.Problem})
	for _, row := range rows {
		if row[1] != "" {
			fmt.Fprintf(a.Out, "%-10s %s\n", row[0], row[1])
		}
	}
	if v.Description != "" {
		fmt.Fprintf(a.Out, "\n%s\n", v.Description)
	}
	if len(files.Snippets) > 0 {
		fmt.Fprintf(a.Out, "\n%s\n", files.Snippets[0].Text)
	}
	return nil
}

func (a *App) modelsVersions() *cobra.Command {
	return a.jsonFlag(&cobra.Command{
		Use:     "versions NAME",
		Short:   "List the versions of a registered model, newest first",
		Long:    "Lists the versions of a registered model.\n\nExit codes: 0; 201 if there is no such model.",
		Example: "  varve models versions wine",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			cl, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			name, _, _ := splitModel(args[0])
			m, err := readModel(c, cl, name, true)
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(m.List)
			}
			return a.versionTable(m.List)
		},
	})
}

func (a *App) versionTable(list []api.ModelVersion) error {
	rows := make([][]string, 0, len(list))
	for _, v := range list {
		run := v.RunName
		if run == "" {
			run = v.Run[:min(len(v.Run), 8)]
		}
		size := ""
		if v.Size > 0 {
			size = say.Bytes(v.Size)
		}
		about, _, _ := strings.Cut(v.Description, "\n")
		rows = append(rows, []string{strconv.Itoa(v.Number), v.Stage, strings.Join(v.Aliases, " "), run, size, when(v.Created), about})
	}
	return table(a.Out, []string{"VERSION", "STAGE", "ALIASES", "RUN", "SIZE", "MADE", "DESCRIPTION"}, rows)
}
