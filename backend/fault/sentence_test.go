package fault_test

import (
	"testing"

	"dev.varve/backend/fault"
)

func TestSentence(t *testing.T) {
	for in, want := range map[string]string{
		"the disk is full": "The disk is full.", "Already a sentence.": "Already a sentence.", "": "Something went wrong.",
		"/data/x is gone": "/data/x is gone.", "run/ab: gone": "run/ab: gone.", "écoute": "Écoute.", "what?": "What?", "éa1 x": "éa1 x.",
		"  spaces ": "Spaces.", "MLproject is broken": "MLproject is broken.", "yes, but": "Yes, but.",
	} {
		if got := fault.Sentence(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}
