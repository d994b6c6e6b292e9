package machine_test

import (
	"fmt"
	"os"
	"testing"
)

// roles are what this test program does when a test starts it as another
// process.
var roles = map[string]func(args []string) int{}

const roleVariable = "VARVE_TEST_ROLE"

func TestMain(m *testing.M) {
	if name := os.Getenv(roleVariable); name != "" {
		os.Unsetenv(roleVariable)
		role := roles[name]
		if role == nil {
			fmt.Fprintln(os.Stderr, "unknown role", name)
			os.Exit(99)
		}
		os.Exit(role(os.Args[1:]))
	}
	os.Exit(m.Run())
}
