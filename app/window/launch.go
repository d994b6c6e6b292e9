package window

import (
	"errors"
	"path/filepath"

	"dev.varve/app/machine"
	"dev.varve/backend/fault"
)

// opener is the program that opens an address or a folder as the desktop does
// on a double click, and its first arguments.
func opener(goos string) []string {
	switch goos {
	case "windows":
		return []string{"rundll32", "url.dll,FileProtocolHandler"}
	case "darwin":
		return []string{"open"}
	}
	return []string{"xdg-open"}
}

// shower is the command that shows a file in the file manager. Where it cannot
// point at the file, it opens the folder that the file is in.
func shower(goos, path string, folder bool) []string {
	switch {
	case goos == "windows":
		return []string{"explorer", "/select," + path}
	case goos == "darwin":
		return []string{"open", "-R", path}
	case folder:
		return append(opener(goos), path)
	}
	return append(opener(goos), filepath.Dir(path))
}

// launch starts a program of the desktop and lets it go. It inherits none of the
// web view's pipes: the page would wait for the end of an answer until it ends.
func launch(command []string) error {
	_, err := machine.StartDetached(machine.Command{Args: command})
	if errors.Is(err, fault.NotFound) {
		return fault.New(fault.Unsupported, "this desktop has no program %q to open it with", command[0])
	}
	return err
}
