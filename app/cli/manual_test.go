package cli

import (
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

var update = flag.Bool("update", false, "write docs/cli.md anew")

// each calls fn with every command that does something.
func each(c *cobra.Command, fn func(*cobra.Command)) {
	if !c.HasSubCommands() || !c.HasParent() {
		fn(c)
	}
	for _, sub := range c.Commands() {
		if sub.Name() != "help" {
			each(sub, fn)
		}
	}
}

// changes are the commands that print nothing worth reading by a program.
var changes = map[string]bool{
	"varve": true, "varve serve": true, "varve open": true, "varve run": true, "varve backup": true, "varve env": true,
	"varve runs log": true, "varve runs stop": true, "varve runs end": true, "varve runs rename": true, "varve runs tag": true,
	"varve runs move": true, "varve runs copy": true, "varve runs delete": true, "varve runs restore": true, "varve runs purge": true,
	"varve experiments create": true, "varve experiments rename": true, "varve experiments move": true, "varve experiments tag": true,
	"varve experiments merge": true, "varve experiments delete": true, "varve experiments restore": true, "varve experiments purge": true,
	"varve models promote": true, "varve models alias": true, "varve models describe": true, "varve models delete": true, "varve models restore": true,
	"varve artifacts get": true, "varve artifacts put": true,
	"varve data add": true, "varve data get": true, "varve purge": true,
	"varve completion bash": true, "varve completion zsh": true, "varve completion fish": true, "varve completion powershell": true,
}

// TestEveryCommandIsDescribed: whoever asks for help sees an example and the exit
// codes, and what reads can be read by programs.
func TestEveryCommandIsDescribed(t *testing.T) {
	n := 0
	each((&App{Out: io.Discard, Err: io.Discard}).root(), func(c *cobra.Command) {
		n++
		path := c.CommandPath()
		if !strings.Contains(c.Example, "varve") {
			t.Errorf("%s has no example", path)
		}
		if !strings.Contains(c.Long, "Exit codes:") {
			t.Errorf("the help of %s says nothing of exit codes", path)
		}
		for _, line := range strings.Split(c.Long, "\n") {
			if len([]rune(line)) > 100 {
				t.Errorf("the help of %s has a line of %d characters", path, len([]rune(line)))
			}
		}
		if reads := c.Flags().Lookup("json") != nil; !reads && !changes[path] {
			t.Errorf("%s reads, but has no --json", path)
		}
		if takes := len(strings.Fields(c.Use)) > 1; takes && c.ValidArgsFunction == nil {
			t.Errorf("the arguments of %s are not completed", path)
		}
	})
	if n < 30 {
		t.Errorf("only %d commands were looked at", n)
	}
}

// TestTheManualIsCurrent compares docs/cli.md with the commands.
func TestTheManualIsCurrent(t *testing.T) {
	const path = "../../docs/cli.md"
	var b strings.Builder
	b.WriteString("# The command line\n\nMade from the help of each command: `go test ./app/cli -update`.\n")
	each((&App{Out: io.Discard, Err: io.Discard}).root(), func(c *cobra.Command) { describe(&b, c) })
	want := b.String()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil || string(got) != want {
		t.Errorf("%s is not what the commands say; write it anew with: go test ./app/cli -update (%v)", path, err)
	}
}

func describe(b *strings.Builder, c *cobra.Command) {
	words := strings.Join(strings.Fields(c.Use)[1:], " ")
	fmt.Fprintf(b, "\n## %s\n\n%s.\n\n```\n%s\n```\n\n", c.CommandPath(), strings.TrimSuffix(c.Short, "."), strings.TrimSpace(c.CommandPath()+" "+words))
	fmt.Fprintf(b, "```text\n%s\n```\n\n", strings.TrimSpace(c.Long))
	flags := &strings.Builder{}
	c.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if f.Name == "help" || f.Name == "version" {
			return
		}
		value, text := pflag.UnquoteUsage(f)
		fmt.Fprintf(flags, "| `--%s` | %s |\n", strings.TrimSpace(f.Name+" "+value), text)
	})
	if flags.Len() > 0 {
		fmt.Fprintf(b, "| option | |\n|---|---|\n%s\n", flags)
	}
	fmt.Fprintf(b, "Examples:\n\n```sh\n%s\n```\n", strings.ReplaceAll(strings.TrimSpace(c.Example), "\n  ", "\n"))
}
