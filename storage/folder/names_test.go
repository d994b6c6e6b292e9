package folder

import "testing"

func TestUnfit(t *testing.T) {
	for _, name := range []string{
		`a\b`, "a:b", "C:", "nul", "NUL.txt", "com1", "Com¹.log", "lpt9", "aux.tar.gz", "CON .txt", "dot.", "space ", "tab\t", "q?", "\xff", "CONIN$",
	} {
		if unfit("windows", name) == "" {
			t.Errorf("Windows would get %q", name)
		}
		if name != "\xff" && unfit("darwin", name) != "" || unfit("linux", name) != "" {
			t.Errorf("%q is refused where it may be", name)
		}
	}
	for _, name := range []string{"wine.csv", "Größe 1.csv", "com", "com10", "console", "null", ".hidden", "a.b.c", "LPTx"} {
		if why := unfit("windows", name); why != "" {
			t.Errorf("%q is refused: %s", name, why)
		}
	}
	if unfit("darwin", "\xff") == "" {
		t.Error("macOS would get a name that is not UTF-8")
	}
}
