package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"dev.varve/backend/fault"
)

// usage is the fault of a command line that makes no sense.
func usage(c *cobra.Command, err error) error {
	return fault.New(fault.Invalid, "%v", err).WithHint("See: %s --help", c.CommandPath())
}

// wrongFlag is the fault of a flag that is not known, or has a value of another kind.
func wrongFlag(c *cobra.Command, err error) error {
	var wrong *pflag.InvalidValueError
	if !errors.As(err, &wrong) {
		return usage(c, err)
	}
	flag := wrong.GetFlag()
	kind, known := map[string]string{
		"int": "a whole number", "float64": "a number", "bool": "true or false", "duration": "a time such as 30s or 5m",
	}[flag.Value.Type()]
	if !known {
		return usage(c, err)
	}
	return usage(c, fault.New(fault.Invalid, "--%s takes %s, and %q is none", flag.Name, kind, wrong.GetValue()))
}

// wrapArgs has all commands say in words what is missing or too much.
func wrapArgs(c *cobra.Command) {
	c.Args = checkArgs
	for _, sub := range c.Commands() {
		wrapArgs(sub)
	}
}

// checkArgs compares the arguments of a command with the words in its line of
// use, such as "add NAME PATH": each stands for one, the last one with dots
// behind it for one or more, and one in brackets may be left out.
func checkArgs(c *cobra.Command, args []string) error {
	wanted := strings.Fields(c.Use)[1:]
	if n := len(wanted); n > 0 && strings.HasSuffix(strings.Trim(wanted[n-1], "[]"), "...") && len(args) >= n {
		return nil
	}
	if n := len(wanted); n > 0 && wanted[n-1][0] == '[' && len(args) == n-1 {
		return nil
	}
	switch {
	case len(args) < len(wanted):
		missing, are := wanted[len(args):], "is"
		if len(missing) > 1 {
			are = "are"
		}
		return fault.New(fault.Invalid, "%s: %s %s missing", c.CommandPath(), strings.Join(missing, " and "), are).WithHint("%s", howTo(c))
	case len(args) == len(wanted):
		return nil
	case c.HasAvailableSubCommands():
		return fault.New(fault.Invalid, "%s has no command %q", c.CommandPath(), args[0]).WithHint("%s", others(c, args[0]))
	case len(wanted) == 0:
		return fault.New(fault.Invalid, "%s takes nothing but options, so %q is too much", c.CommandPath(), args[0]).
			WithHint("See: %s --help", c.CommandPath())
	}
	return fault.New(fault.Invalid, "%s: %q is too much", c.CommandPath(), args[len(wanted)]).
		WithHint("%s\nWhat has spaces in it needs quotes.", howTo(c))
}

// howTo shows a command as it is meant, and its first example.
func howTo(c *cobra.Command) string {
	example, _, _ := strings.Cut(strings.TrimSpace(c.Example), "\n")
	text := fmt.Sprintf("Use: %s %s", c.CommandPath(), strings.Join(strings.Fields(c.Use)[1:], " "))
	if example != "" {
		text += "\nFor example: " + example
	}
	return text
}

// others names what may have been meant, else all that there is.
func others(c *cobra.Command, word string) string {
	c.SuggestionsMinimumDistance = 2
	if like := c.SuggestionsFor(word); len(like) > 0 {
		return fmt.Sprintf("Did you mean: %s %s", c.CommandPath(), strings.Join(like, ", "))
	}
	var names []string
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, sub.Name())
		}
	}
	slices.Sort(names)
	return "It has: " + strings.Join(names, ", ") + "."
}
