package importstest

import (
	"testing"

	"dev.varve/backend/imports"
)

// Conformance tests that a source which holds the sample is imported as the
// sample itself is, that doing it again changes nothing, and that the plan says
// what happens. Differences are what the source's program cannot keep.
func Conformance(t *testing.T, source imports.Source, different func(*Fixed)) {
	t.Helper()
	sample := Sample()
	if different != nil {
		different(sample)
	}
	want := New(t)
	if _, err := want.Import(t.Context(), sample, imports.Options{}); err != nil {
		t.Fatal(err)
	}
	got := New(t)
	plan, err := got.Look(t.Context(), source, imports.Options{})
	if err != nil {
		t.Fatal(err)
	}
	done, err := got.Import(t.Context(), source, imports.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range done.Skipped {
		t.Errorf("left out: %s: %s", s.Where, s.Why)
	}
	sum := plan.Sum()
	if sum.Runs != done.Runs || sum.Known != 0 || sum.Models != done.Models || sum.Files != done.Files || sum.Bytes != done.Bytes {
		t.Errorf("the plan says %+v, and what was done is %+v", sum, done)
	}
	models, versions := 0, 0
	for _, m := range plan.Registered {
		models, versions = models+1, versions+m.Fresh
		if m.Fresh != m.Versions || m.Reason != "" {
			t.Errorf("the plan says of a registered model: %+v", m)
		}
	}
	if models != done.Registered || versions != done.Versions || versions == 0 {
		t.Errorf("the plan says %d registered models and %d versions, and what was done is %+v", models, versions, done)
	}
	before, now := want.Dump(t), got.Dump(t)
	if now != before {
		t.Errorf("it was imported as\n%s\nand not as\n%s", now, before)
	}
	again, err := got.Import(t.Context(), source, imports.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if again.Experiments+again.Runs+again.More+again.Models+again.Registered+again.Versions != 0 || again.Points+again.Files != 0 || again.Left != 0 || again.Same != done.Runs {
		t.Errorf("importing it again does something: %+v", again)
	}
	if twice := got.Dump(t); twice != now {
		t.Errorf("importing it again changes it to\n%s", twice)
	}
}
