package machine

import (
	"os"
	"os/user"
	"strings"

	"dev.varve/backend/fault"
)

// ID is the identity of this installation of the operating system
// (machine-id, IOPlatformUUID, MachineGuid). A cloned disk has the same one.
// It is a hint for telling devices apart, not a secret and not a promise; it
// fails with NotFound where the system has none.
func ID() (string, error) {
	id, err := machineID()
	id = strings.ToLower(strings.TrimSpace(id))
	if err != nil || id == "" || id == "uninitialized" {
		return "", fault.New(fault.NotFound, "this machine has no identity of its own")
	}
	return id, nil
}

// Hostname is the name of this machine, "localhost" if it has none.
func Hostname() string {
	name, err := os.Hostname()
	if err != nil || name == "" {
		return "localhost"
	}
	return name
}

// UserName is the login name of the person. A container may run under a number
// that has no name; then the environment is asked, and at last the number is
// the name.
func UserName() string {
	if u, err := user.Current(); err == nil && u.Username != "" {
		// Windows says DOMAIN\name.
		return u.Username[strings.LastIndexByte(u.Username, '\\')+1:]
	}
	for _, v := range []string{"USER", "LOGNAME", "USERNAME"} {
		if name := os.Getenv(v); name != "" {
			return name
		}
	}
	return userNumber()
}
