package env_test

import (
	"strings"
	"testing"

	"dev.varve/backend/env"
	"dev.varve/backend/fault"
)

// Whatever stands in a list of dependencies or in a file that it names: an
// environment or a sentence.
func FuzzRequirements(f *testing.F) {
	for _, line := range []string{"a==1 # x", "-r req.txt", "-c\treq.txt", "-e ./pkg[x]", "a @ file:///x#y", "./a.whl", ".", "--requirement=", "-r \"req.txt\"", "file:", "-e", "@ ", "a\\\nb", "[", "-r/-r/"} {
		f.Add(line, line)
	}
	f.Fuzz(func(t *testing.T, line, content string) {
		w := newWorld(t)
		w.write("req.txt", content)
		_, err := w.ensure(env.Spec{Manager: env.Venv, Dependencies: []string{line, "-r req.txt"}})
		if k := fault.KindOf(err); err != nil && k != fault.Invalid && !strings.Contains(err.Error(), "use ") {
			t.Fatalf("%q %q: %v is %s", line, content, err, k)
		}
	})
}
