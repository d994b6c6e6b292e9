package owner

import (
	"strings"
	"testing"

	"dev.varve/backend/event"
	"dev.varve/backend/track"
)

// TestDiagnosticsTellOfVarveAndNotOfItsOwner looks for what must be there, and
// for what must not.
func TestDiagnosticsTellOfVarveAndNotOfItsOwner(t *testing.T) {
	o := become(t)
	experiment, err := o.tracker.CreateExperiment(t.Context(), track.NewExperiment{Name: "hush/secret-study"})
	if err != nil {
		t.Fatal(err)
	}
	run, err := o.tracker.CreateRun(t.Context(), track.NewRun{Experiment: experiment, Name: "patient-7", Params: []event.Param{{Key: "dose", Value: "12 mg"}}})
	if err != nil {
		t.Fatal(err)
	}
	o.log.Warn("a thing went wrong", "why", "the disk is slow")
	o.log.Info("nothing of note")
	d, err := diagnostics{o}.Diagnostics(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"version ", "runs                   1\n", "of them live           1\n", "a thing went wrong why=", "journal "} {
		if !strings.Contains(d.Text, want) {
			t.Errorf("no %q in:\n%s", want, d.Text)
		}
	}
	token, err := Token(o.disk, o.random, o.places)
	if err != nil {
		t.Fatal(err)
	}
	for _, never := range []string{"secret-study", "patient-7", "dose", "12 mg", "nothing of note", run, token} {
		if strings.Contains(d.Text, never) {
			t.Errorf("%q in:\n%s", never, d.Text)
		}
	}
	if got := redact("/home/ada/Varve of ada on pond", [][2]string{{"/home/ada", "~"}, {"ada", "(person)"}, {"pond", "(computer)"}}); got != "~/Varve of (person) on (computer)" {
		t.Errorf("redacted: %s", got)
	}
}
