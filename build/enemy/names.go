package enemy

import (
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
)

// What names are put together from. Each list begins with the plain form.
var (
	ups = []string{
		"..", "%2e%2e", ".%2E", "%2e.", "%252e%252e", "%25252e%25252e", "%c0%ae%c0%ae", "%e0%80%ae%e0%80%ae", "%f0%80%80%ae%f0%80%80%ae", "%fc%80%80%80%80%ae.",
		"．．", "。。", "․․", "‥", "%uff0e%uff0e", "%u002e%u002e", "%%32%65%%32%65", "..;", "..;x=1", ".. ", "..\t", "..%00", "..\x00", "..%0d%0a", "....", ". .", "..\u200b", "\u202e..", "..\ufeff",
		"0x2e0x2e", "\xc0\xae\xc0\xae", "..%20", "%2e%2e%2e", "..%ff",
	}
	slashes = []string{
		"/", `\`, "%2f", "%2F", "%5c", "%252f", "%255c", "%25252f", "%c0%af", "%c1%9c", "%e0%80%af", "∕", "⁄", "／", "＼", "%u2215", "%u002f", "//", "/./", `\/`, `/\`, "%2f%2f", "\xc0\xaf", ";/", "/%2e/", "%00/",
	}
	ends = []string{
		"", "%00", "\x00", "%00.png", "\x00.txt", "%2500", "#", "#x", "%23", "#/../../x", "?", "?path=../../x", "%3f", ";", ";x=/../..", " ", ".", "...", "%20", "::$DATA", ":x", "/", "//", "/.", "/..", "%0a", "\r\nX: y", "\n", "&path=../x", "*", "|id", "~1", "\u0301", "\xff",
	}
	starts = []string{
		"", "a/", "a/b/../", "./", "/", "//", `\`, "artifacts/../", "model/", "%2e/", "a%2f", "~/", "C:", "c:/", "-",
	}
	schemes = []string{
		"file://", "file:", "FILE:///", "file://localhost", "file://127.0.0.1", "file:////", "file:///..", "%66ile://", "file%3a//", "file:///%2e%2e", "file://x@", "jar:file://", "local:", "dbfs:", "mlflow-artifacts:", "mlflow-artifacts:/..", "mlflow-artifacts://evil.example", "runs:", "runs:/..", "models:",
		"models:/../..", "models:/m-", "s3://bucket/../..", "gs://bucket", "http://127.0.0.1:1", "https://localhost", "ftp://x", "hdfs://x", "data:text/html,", "javascript:", "vscode:", `\\?\C:`, `\\.\`, `\\127.0.0.1\C$`, "//127.0.0.1/c$", "C:", "C:/..", "c:\\", "::", "file://C:/", "sqlite:///",
	}
)

// devices are names that mean something else to some system, and names that are long.
func devices() []string {
	list := []string{
		"CON", "nul", "NUL.txt", "COM1", "aux.h", "PRN ", "conin$", "lpt9.log", ".", "..", "...", "/", "//", `\`, "", " ", "\x00", "-", "--help", "-rf", "~", "~root", "~root/.ssh", "$HOME", "${HOME}/x", "%HOME%", "%SystemRoot%\\win.ini", "`id`", "$(id)", "{run}",
		"journal", "packs", "lock", "varve.json", ".varve-unfinished-00", ".git/config", "link", "link/secret.txt", "link/../secret.txt", "file", "loop", "loop/x", "dangling", "dangling/x", "up", "up/secret.txt", "up/work", "absolute/secret.txt", "LINK/SECRET.TXT", "link/", "link/.", "link//secret.txt", "./link/secret.txt",
		"\xff\xfe", "\xed\xa0\x80", "a\u0000b", "é", "e\u0301", "ﬀ", "İ", "ß", "\u202egnp.exe", "a\nb", "a\rb", "a\tb", "<script>", "'", `"`, "[", "*", "?", "con.", "x.", "x ", "x:y", "x:$I30", "/dev/stdin", "/proc/self/environ", "/proc/self/fd/0", "/etc/passwd", "/dev/zero", "etc/passwd",
	}
	for _, n := range []int{255, 256, 1023, 4095, 4096, 4097, 9000} {
		list = append(list, strings.Repeat("a", n), strings.Repeat("a/", n/2)+"a", strings.Repeat("../", n/3)+"secret.txt", strings.Repeat("ü", n/2))
	}
	return list
}

// Names makes more than 5000 names that lead to the canary, or would if somebody
// decoded, normalised or cut them wrongly; always the same ones. The canary is the
// absolute path of its folder.
//
// They are: every way to write "up" with every way to write a slash, in three depths;
// all ends and all starts of plain ones; all schemes, drives and hosts before absolute
// and relative paths; names of devices, links, and long ones; and the rest up to 6000
// of pieces drawn by chance, which a seed repeats.
func Names(canary string) []string {
	absolute := filepath.ToSlash(canary) + "/secret.txt"
	folder := filepath.Base(canary)
	var list []string
	climb := func(up, slash string, depth int) string { return strings.Repeat(up+slash, depth) }
	for _, up := range ups {
		for _, slash := range slashes {
			for _, depth := range []int{1, 3, 6} {
				list = append(list, climb(up, slash, depth)+folder+slash+"secret.txt")
			}
		}
	}
	for _, start := range starts {
		for _, end := range ends {
			list = append(list, start+climb("..", "/", 4)+folder+"/secret.txt"+end, start+absolute+end)
		}
	}
	for _, scheme := range schemes {
		for _, p := range []string{absolute, climb("..", "/", 3) + folder + "/secret.txt", climb("%2e%2e", "/", 5) + folder, strings.ReplaceAll(absolute, "/", `\`), absolute + "#x", absolute + "?x=../y"} {
			list = append(list, scheme+p)
		}
	}
	for depth := range 12 {
		list = append(list, climb("..", "/", depth), climb("..", "/", depth)+folder+"/secret.txt", "artifacts/"+climb("..", "/", depth)+"secret.txt", strings.Repeat("/", depth)+absolute)
	}
	list = append(list, devices()...)
	list = dedupe(list)
	r := rand.New(rand.NewPCG(18, 20))
	one := func(of []string) string { return of[r.IntN(len(of))] }
	for len(list) < 6000 {
		name := one(starts)
		for range 1 + r.IntN(7) {
			name += one([]string{one(ups), one(ups), "a", folder, "artifacts"}) + one(slashes)
		}
		list = append(list, name+one([]string{"secret.txt", folder, "work", ""})+one(ends))
	}
	return dedupe(list)
}

func dedupe(list []string) []string {
	seen := map[string]bool{}
	return slices.DeleteFunc(list, func(name string) bool {
		before := seen[name]
		seen[name] = true
		return before
	})
}

// Spread takes n of a list, evenly.
func Spread(list []string, n int) []string {
	if n >= len(list) {
		return list
	}
	out := make([]string, n)
	for i := range out {
		out[i] = list[i*len(list)/n]
	}
	return out
}
