package machine

import "os"

// ProgramReplaced returns a function that reports whether the file of this program
// has been replaced, or taken away, since then: an update was installed. Where a
// system does not say which file that is, it never reports so.
func ProgramReplaced() func() bool {
	path, err := os.Executable()
	if err != nil {
		return func() bool { return false }
	}
	return replaced(path)
}

func replaced(path string) func() bool {
	was, err := os.Stat(path)
	if err != nil {
		return func() bool { return false }
	}
	return func() bool {
		now, err := os.Stat(path)
		return err != nil || !os.SameFile(was, now) || was.Size() != now.Size() || !was.ModTime().Equal(now.ModTime())
	}
}
