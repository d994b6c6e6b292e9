//go:build unix

package machine

import (
	"os"
	"strconv"
)

func userNumber() string { return strconv.Itoa(os.Getuid()) }
