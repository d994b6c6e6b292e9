package machine

import "golang.org/x/sys/unix"

func machineID() (string, error) { return unix.Sysctl("kern.uuid") }
