package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"dev.varve/app/door/api"
	"dev.varve/backend/fault"
)

func (a *App) modelsRegister() *cobra.Command {
	var about string
	c := &cobra.Command{
		Use:   "register SOURCE NAME",
		Short: "Make a version of a registered model from a model of a run",
		Long: `Makes a version of the registered model NAME from a model of a run. The registered
model is made if there is none of this name. SOURCE is RUN/PATH, runs:/RUN/PATH,
models:/m-… or models:/NAME/VERSION.

Exit codes: 0; 201 if there is nothing at SOURCE; 202 if it lies where no model
may come from, or for a name that no model can have.`,
		Example: "  varve models register runs:/1f0a63c2/model wine -m \"more trees\"",
		Args:    cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			cl, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			source, err := address(c, cl, args[0])
			if err != nil {
				return err
			}
			var made api.Registered
			if err := cl.Post(c.Context(), "/models/register", api.RegisterModel{Name: args[1], Source: source, Description: about}, &made); err != nil {
				return err
			}
			if a.json {
				return a.printJSON(made)
			}
			fmt.Fprintf(a.Out, "%s has version %d.\n", made.Name, made.Version)
			return nil
		},
	}
	c.Flags().StringVarP(&about, "message", "m", "", "what is new in it, in Markdown")
	return a.jsonFlag(c)
}

// editVersion changes a version, or its model, and says what came of it.
func (a *App) editVersion(c *cobra.Command, arg string, need bool, edit api.EditModel, done func(m *api.RegisteredDetail, v *api.ModelVersion) string) error {
	cl, m, v, err := a.oneVersion(c, arg, need)
	if err != nil {
		return err
	}
	if v != nil {
		edit.Version = v.Number
	}
	var edited api.EditedModel
	if err := cl.Post(c.Context(), modelPath(m.Name)+"/edit", edit, &edited); err != nil {
		return err
	}
	if len(edited.Changes) == 0 {
		fmt.Fprintln(a.Out, "Nothing has changed: it is so already.")
		return nil
	}
	fmt.Fprintln(a.Out, done(&m, v))
	return nil
}

func (a *App) modelsPromote() *cobra.Command {
	edit := api.EditModel{}
	keep := false
	c := &cobra.Command{
		Use:   "promote MODEL",
		Short: "Move a version to a stage, and aliases with it",
		Long: `Moves a version to Production, or to the stage that --stage names, as one change.
Other versions in that stage are archived, unless --keep says otherwise.
` + modelHelp + `

Exit codes: 0; 201 if there is no such version; 202 for a stage or an alias that
there cannot be.`,
		Example: "  varve models promote wine/9 --alias champion -m \"better in all basins\"\n  varve models promote wine/latest --stage Staging --keep",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			stage := strings.ToLower(edit.Stage)
			edit.Archive = !keep && (stage == "production" || stage == "staging")
			return a.editVersion(c, args[0], true, edit, func(m *api.RegisteredDetail, v *api.ModelVersion) string {
				return fmt.Sprintf("Version %d of %s is in %s.", v.Number, m.Name, edit.Stage)
			})
		},
	}
	c.Flags().StringVar(&edit.Stage, "stage", "Production", "Production, Staging, Archived or None")
	c.Flags().StringSliceVar(&edit.Aliases, "alias", nil, "an alias that moves to this version")
	c.Flags().StringVarP(&edit.Why, "message", "m", "", "why, for those who ask later")
	c.Flags().BoolVar(&keep, "keep", false, "leave other versions in that stage")
	return c
}

func (a *App) modelsAlias() *cobra.Command {
	edit := api.EditModel{}
	remove := false
	c := &cobra.Command{
		Use:   "alias MODEL ALIAS",
		Short: "Let an alias point to a version, or take it away",
		Long:  "Lets an alias point to a version; if another version has it, it moves.\n" + modelHelp + "\n\nExit codes: 0; 201 if there is no such version; 202 for what cannot be an alias.",
		Args:  cobra.ExactArgs(2), Example: "  varve models alias wine/9 champion\n  varve models alias wine champion --delete",
		RunE: func(c *cobra.Command, args []string) error {
			alias := strings.TrimPrefix(args[1], "@")
			if remove {
				name, _, _ := splitModel(args[0])
				edit.DropAliases = []string{alias}
				return a.editVersion(c, name, false, edit, func(m *api.RegisteredDetail, _ *api.ModelVersion) string {
					return fmt.Sprintf("%s has no alias %s any more.", m.Name, alias)
				})
			}
			edit.Aliases = []string{alias}
			return a.editVersion(c, args[0], true, edit, func(m *api.RegisteredDetail, v *api.ModelVersion) string {
				return fmt.Sprintf("models:/%s@%s is version %d.", m.Name, alias, v.Number)
			})
		},
	}
	c.Flags().BoolVar(&remove, "delete", false, "take the alias away")
	c.Flags().StringVarP(&edit.Why, "message", "m", "", "why, for those who ask later")
	return c
}

func (a *App) modelsDescribe() *cobra.Command {
	return &cobra.Command{
		Use:   "describe MODEL TEXT",
		Short: "Describe a registered model, or one version of it",
		Long:  "Sets the description, in Markdown; an empty TEXT takes it away.\n" + modelHelp + "\n\nExit codes: 0; 201 if there is no such model or version.",
		Args:  cobra.ExactArgs(2), Example: "  varve models describe wine \"Grades of *vinho verde*.\"\n  varve models describe wine/3 \"With 2014.\"",
		RunE: func(c *cobra.Command, args []string) error {
			return a.editVersion(c, args[0], false, api.EditModel{Description: &args[1]}, func(m *api.RegisteredDetail, v *api.ModelVersion) string {
				if v == nil {
					return fmt.Sprintf("%s is described.", m.Name)
				}
				return fmt.Sprintf("Version %d of %s is described.", v.Number, m.Name)
			})
		},
	}
}

func (a *App) modelsDelete() *cobra.Command {
	return &cobra.Command{
		Use:   "delete MODEL",
		Short: "Move a registered model, or one version, to the trash",
		Long:  "Moves a registered model with its versions, or one version, to the trash.\n" + modelHelp + "\n\nExit codes: 0; 201 if there is no such model or version.",
		Args:  cobra.ExactArgs(1), Example: "  varve models delete wine/2\n  varve models delete wine",
		RunE: func(c *cobra.Command, args []string) error {
			cl, m, v, err := a.oneVersion(c, args[0], false)
			if err != nil {
				return err
			}
			path, what := modelPath(m.Name)+"/trash", m.Name
			if v != nil {
				path, what = fmt.Sprintf("%s/versions/%d/trash", modelPath(m.Name), v.Number), fmt.Sprintf("%s/%d", m.Name, v.Number)
			}
			if err := cl.Post(c.Context(), path, nil, nil); err != nil {
				return err
			}
			fmt.Fprintf(a.Out, "%s is in the trash. varve models restore %s takes it out.\n", what, what)
			return nil
		},
	}
}

func (a *App) modelsRestore() *cobra.Command {
	return &cobra.Command{
		Use:   "restore NAME[/VERSION]",
		Short: "Take a registered model, or one version, out of the trash",
		Long:  "Takes a registered model with its versions, or one version, out of the trash.\n\nExit codes: 0; 201 if that does not lie there; 203 if another model has its name now.",
		Args:  cobra.ExactArgs(1), Example: "  varve models restore wine/2",
		RunE: func(c *cobra.Command, args []string) error {
			cl, err := a.connect(c.Context())
			if err != nil {
				return err
			}
			name, version, _ := splitModel(args[0])
			var trash api.Trash
			if err := cl.Get(c.Context(), "/trash", nil, &trash); err != nil {
				return err
			}
			var want api.Untrash
			for _, t := range trash.Things { // the latest first
				switch {
				case t.Registered == "" || t.In != name || len(want.Registered)+len(want.Versions) > 0:
				case version == "" && t.Version == "":
					want.Registered = []string{t.Registered}
				case version != "" && t.Version != "" && t.Name == "version "+version:
					want.Versions = []string{t.Version}
				}
			}
			if len(want.Registered)+len(want.Versions) == 0 {
				return fault.New(fault.NotFound, "%s does not lie in the trash", strings.TrimSuffix(name+"/"+version, "/"))
			}
			return cl.Post(c.Context(), "/trash/restore", want, nil)
		},
	}
}
