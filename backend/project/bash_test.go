package project

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// seeds of hostile values; the rest is made of their characters and of words
// that mean something to a shell.
var (
	hostileSeeds = []string{
		"", " ", "'", `"`, "''", "a'b", "\n", "\r\n", "\t", `\`, `\\`, `a\`, `\'`, "$HOME", "$(touch canary)", "`touch canary`", "${IFS}",
		"; touch canary", "\ntouch canary\n", "& touch canary &", "| touch canary", "> canary", "*", "?", "[a-z]", "{a,b}", "~", "!!", "# x",
		"-rf", "--", "-n", "=", "a=b", "%s%n", "\x01", "\x1b[31m", "\x7f", "ä", "数据", "e\u0301", "😀", "\u202e", "\ufeff", "\u00a0", "\u2028",
		"$'\\n'", `\x41`, "<<EOF", "<(ls)", "EOF\ntouch canary", "{p0}", "}{", "a[$(touch canary)]", `";touch canary;"`, `';touch canary;'`,
		"'\"'\"'", "x)\ntouch canary", "||touch canary||", "\\\ntouch canary", strings.Repeat("'", 99), strings.Repeat("x ", 5000),
	}
	hostileParts = append([]string{"'", `"`, `\`, "$", "`", "(", ")", ";", "&", "|", "<", ">", "\n", " ", "touch canary", "a", "0", "{", "}", "[", "]", "#", "!", "*", "~", "=", "ß"}, hostileSeeds[:20]...)
)

// hostile makes n values, always the same ones.
func hostile(n int) []string {
	r := rand.New(rand.NewPCG(1, 2))
	values := slices.Clone(hostileSeeds)
	for len(values) < n {
		var b strings.Builder
		for range 1 + r.IntN(12) {
			if r.IntN(4) == 0 {
				if c := rune(1 + r.IntN(0x3000)); utf8.ValidRune(c) {
					b.WriteRune(c)
				}
				continue
			}
			b.WriteString(hostileParts[r.IntN(len(hostileParts))])
		}
		values = append(values, b.String())
	}
	return values
}

func bash(t interface{ Fatal(...any) }) string {
	path, err := exec.LookPath("bash")
	if err != nil {
		t.Fatal("bash is needed: ", err)
	}
	return path
}

// Two thousand hostile values go through a real bash into a real program's
// arguments and come out as they were: in four kinds of places, eight at once.
func TestBashReceivesTheVeryValues(t *testing.T) {
	shell, dir := bash(t), t.TempDir()
	printf, err := exec.LookPath("printf") // the program, not the built-in command
	if err != nil {
		t.Fatal(err)
	}
	var params []Parameter
	for i := range 6 {
		params = append(params, Parameter{Name: fmt.Sprintf("p%d", i), Type: String})
	}
	p := oneEntry(printf+` '%s\0' {p0} --x={p1} {p2}{p3} "a  b" {{p0}} $(exec printf %s {p4} >&2) pre\ {p5}`, params...)
	checked := 0
	for batch := range slices.Chunk(hostile(2000), 8) {
		var given []Param
		for i, v := range batch {
			given = append(given, Param{fmt.Sprintf("p%d", i), v})
		}
		for i := len(batch); i < 6; i++ {
			given = append(given, Param{fmt.Sprintf("p%d", i), ""})
		}
		ready, err := p.Prepare(noFiles{}, Request{Params: given})
		if err != nil {
			t.Fatal(err)
		}
		want := []string{given[0].Value, "--x=" + given[1].Value, given[2].Value + given[3].Value, "a  b", "{p0}", "pre " + given[5].Value}
		for _, extra := range given[6:] {
			want = append(want, "--"+extra.Name, extra.Value)
		}
		cmd := exec.Command(shell, "-c", ready.Command)
		cmd.Dir = dir
		var stdout, stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		if err := cmd.Run(); err != nil {
			t.Fatalf("%v: %s\n%q", err, &stderr, ready.Command)
		}
		got := strings.Split(strings.TrimSuffix(stdout.String(), "\x00"), "\x00")
		if !slices.Equal(got, want) || stderr.String() != given[4].Value {
			t.Fatalf("got  %q and %q\nwant %q and %q\ncommand %q", got, &stderr, want, given[4].Value, ready.Command)
		}
		checked += len(batch)
	}
	if checked < 2000 {
		t.Fatalf("only %d values", checked)
	}
	noCanary(t, dir)
}

func noCanary(t interface{ Fatalf(string, ...any) }, dir string, story ...any) {
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) > 0 {
		t.Fatalf("a value became code: %v %v %q", entries, err, story)
	}
}

// commandParts are pieces of commands that do no harm by themselves.
var commandParts = []string{
	" ", " ", "\n", ";", "{p}", "{p}", "{p}", "{q}", "echo ", ": ", `"`, `"`, "'", "'", `\`, "$", "`", "#", " #", "(", ")", "((", "))", "$(", "$((", "[[ ", " ]]", "[", "]",
	"${{a:-", "${{a", "}}", "${{#a}}", "a[", "=", "a=", "<<E", "<<<", "\nE\n", "$'", `$"`, "&& ", "| cat", "if :; then ", "; fi", "-eq 1", "{{", "x", "1", "case x in x) ", ";; esac", "!", "~",
}

var poison = []string{
	"$(touch canary)", "`touch canary`", ";touch canary;", "\ntouch canary\n", "a[$(touch canary)]", `";touch canary;"`, `';touch canary;'`, `\';touch canary #`,
	`\";touch canary #`, "\nE\ntouch canary\n", "}touch canary", "};touch canary;{", ")\ntouch canary\n", "$((a[$(touch canary)]))", "x\\", "'", `"`, "#", "x y", "1+a[`touch canary`]",
	`\'$(touch canary)`, "'$(touch canary)'", `"$(touch canary)"`, "];touch canary #", "))\ntouch canary\n((", "\\\n;touch canary",
}

// Whatever command an author writes, and whatever value a person gives: either
// the combination is refused, or the value runs nothing.
func TestNoPlaceTurnsAValueIntoCode(t *testing.T) {
	shell, root := bash(t), t.TempDir()
	n, ran := 0, 0
	try := func(t *rapid.T) {
		command := strings.Join(rapid.SliceOfN(rapid.SampledFrom(commandParts), 1, 9).Draw(t, "command"), "")
		given := []Param{{"p", rapid.SampledFrom(poison).Draw(t, "p")}, {"q", rapid.SampledFrom(poison).Draw(t, "q")}}
		if rapid.Bool().Draw(t, "extra") {
			given = append(given, Param{"r", rapid.SampledFrom(poison).Draw(t, "r")})
		}
		p := oneEntry("echo "+command, Parameter{Name: "p", Type: String}, Parameter{Name: "q", Type: String})
		ready, err := p.Prepare(noFiles{}, Request{Params: given})
		if err != nil {
			return
		}
		n++
		dir := filepath.Join(root, fmt.Sprint(n))
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(shell, "-c", ready.Command)
		cmd.Dir, cmd.Env = dir, []string{"PATH=" + os.Getenv("PATH")}
		if cmd.Run() == nil {
			ran++
		}
		noCanary(t, dir, ready.Command)
	}
	for range 15 { // a hundred each
		rapid.Check(t, try)
	}
	if n == 0 || ran == 0 {
		t.Errorf("of %d commands %d ran", n, ran)
	}
	t.Logf("%d commands were accepted, %d of them ran without an error", n, ran)
}
