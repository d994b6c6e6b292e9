//go:build unix

package window

import (
	"os/exec"
	"syscall"
)

// setAlone gives a program a session of its own: it outlives the window.
func setAlone(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
}
