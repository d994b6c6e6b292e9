//go:build clients && unix

package mlflow_test

import (
	"os/exec"
	"syscall"
)

// ownGroup lets a program be ended together with what it has started.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
