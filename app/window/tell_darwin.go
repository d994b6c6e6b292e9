//go:build desktop && !bindings

package window

import "os/exec"

// script shows the dialog; what it says are its arguments, not its code.
const script = `on run argv
display dialog (item 2 of argv) & return & return & (item 3 of argv) with title (item 1 of argv) buttons {"Close"} default button 1 with icon stop
end run`

// Tell says in a dialog why there is no window, and returns when it has been
// closed.
func Tell(title, message, hint string) {
	_ = exec.Command("osascript", "-e", script, title, message, hint).Run()
}
