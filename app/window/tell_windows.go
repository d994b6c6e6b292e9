//go:build desktop && !bindings

package window

import "golang.org/x/sys/windows"

// Tell says in a dialog why there is no window, and returns when it has been
// closed.
func Tell(title, message, hint string) {
	text, err := windows.UTF16PtrFromString(message + "\n\n" + hint)
	if err != nil {
		return // a zero in a path
	}
	caption, err := windows.UTF16PtrFromString(title)
	if err == nil {
		_, _ = windows.MessageBox(0, text, caption, windows.MB_OK|windows.MB_ICONERROR)
	}
}
