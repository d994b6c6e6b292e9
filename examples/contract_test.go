package examples_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The page shows the programs as they are run by the tests.
func TestThePageShowsTheExample(t *testing.T) {
	page, err := os.ReadFile("../docs/contract.md")
	if err != nil {
		t.Fatal(err)
	}
	programs, err := filepath.Glob("contract/train.*")
	if err != nil || len(programs) != 5 {
		t.Fatalf("programs: %v, %v", programs, err)
	}
	for _, name := range programs {
		program, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(page), "\n"+string(program)+"```") {
			t.Errorf("docs/contract.md does not show %s as it is", name)
		}
	}
}
