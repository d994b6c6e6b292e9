//go:build window

package windowtest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dev.varve/build/windowtest/rig"
)

// answer is what a fetch of the page got.
type answer struct {
	Status int
	Type   string
	Text   string
}

func fetch(t *testing.T, p *rig.Page, address string, init map[string]any) (a answer) {
	t.Helper()
	p.Eval(t, `const r = await fetch(arguments[0], arguments[1] ?? {});
		return {status: r.status, type: r.headers.get("content-type") ?? "", text: await r.text()};`, &a, address, init)
	return a
}

func postJSON(t *testing.T, p *rig.Page, address, body string) answer {
	t.Helper()
	return fetch(t, p, address, map[string]any{"method": "POST", "body": body, "headers": map[string]string{"Content-Type": "application/json"}})
}

func TestFirstScreen(t *testing.T) {
	screen := rig.NewScreen(t, rig.Options{})
	p := screen.Drive(t, nil, shell(t))
	if text := p.Find(t, "h1").Text(t); text != "The shell" {
		t.Errorf("heading %q", text)
	}
	if title, address := p.Title(t), p.URL(t); title != "Shell page" || address != "wails://wails/" {
		t.Errorf("title %q at %s", title, address)
	}
	screen.Window(t, "Shell")
	p.Find(t, "#count").Click(t)
	if text := p.Find(t, "#count").Text(t); text != "1" {
		t.Errorf("after a click: %q", text)
	}
	p.Find(t, "#field").Type(t, "é 1")
	p.Until(t, `document.querySelector("#field").value === "é 1"`)
	if a := fetch(t, p, "/native/about", nil); a.Status != 200 || a.Text != `{"platform":"linux"}`+"\n" {
		t.Errorf("about: %+v", a)
	}
}

func TestAnswersComeThroughWhole(t *testing.T) {
	p := rig.NewScreen(t, rig.Options{}).Drive(t, nil, shell(t))

	big := strings.Repeat("é", 500_000)
	a := fetch(t, p, "/echo", map[string]any{"method": "POST", "body": big, "headers": map[string]string{"X-Test": "yes", "Content-Type": "application/octet-stream"}})
	if a.Status != 201 || !strings.Contains(a.Text, `"header":"yes","length":1000000`) {
		t.Errorf("POST: %+v", a)
	}
	for _, code := range []string{"200", "404", "409", "422", "500", "503"} {
		if a := fetch(t, p, "/status/"+code, nil); !strings.HasSuffix(a.Text, code) || a.Text != "status "+code {
			t.Errorf("status %s: %+v", code, a)
		}
	}
	a = fetch(t, p, "/bytes", map[string]any{"headers": map[string]string{"Range": "bytes=10-14"}})
	if a.Status != 206 || a.Text != "01234" {
		t.Errorf("range: %+v", a)
	}
	var length int
	p.Eval(t, `return (await (await fetch("/bytes")).arrayBuffer()).byteLength`, &length)
	if length != 1_000_000 {
		t.Errorf("%d bytes", length)
	}
	if a := fetch(t, p, "/panic", nil); a.Status != 500 || !strings.Contains(a.Text, `"code":"internal"`) {
		t.Errorf("panic: %+v", a)
	}
	if a := fetch(t, p, "/status/200", nil); a.Status != 200 {
		t.Errorf("after the panic: %+v", a)
	}
}

func TestStreamsFlowAndEndWithTheirPage(t *testing.T) {
	p := rig.NewScreen(t, rig.Options{}).Drive(t, nil, shell(t))
	p.Eval(t, `window.seen = []; new EventSource("/stream").onmessage = e => window.seen.push(e.data)`, nil)
	p.Until(t, `window.seen.length > 5`)
	var first []string
	p.Eval(t, `return window.seen.slice(0, 3)`, &first)
	if strings.Join(first, " ") != "0 1 2" {
		t.Errorf("the stream begins with %q", first)
	}
	if a := fetch(t, p, "/streams", nil); a.Text != "1" {
		t.Errorf("%s streams are open", a.Text)
	}
	p.Eval(t, `location.reload()`, nil)
	p.Until(t, `window.seen === undefined && document.querySelector("h1")`)
	p.Until(t, `await (await fetch("/streams")).text() === "0"`)
}

// TestForeignFrameReachesNothing: an HTML artifact with scripts, sandboxed as it
// must be, finds neither the way to Wails nor that to the handler.
func TestForeignFrameReachesNothing(t *testing.T) {
	p := rig.NewScreen(t, rig.Options{}).Drive(t, nil, shell(t))
	var found struct {
		Scripts int
		Bridge  bool
		Wails   string
		Reached []string
	}
	p.Eval(t, `return await new Promise(done => {
		window.addEventListener("message", e => done(e.data));
		const frame = document.createElement("iframe");
		frame.sandbox = "allow-scripts";
		frame.src = "/artifact/index.html";
		document.body.append(frame);
	})`, &found)
	if found.Scripts != 1 {
		t.Errorf("the artifact came with %d scripts; it has 1", found.Scripts)
	}
	if found.Bridge || found.Wails != "undefinedundefined" {
		t.Errorf("the artifact found Wails: bridge %v, %s", found.Bridge, found.Wails)
	}
	if len(found.Reached) > 0 {
		t.Errorf("the artifact reached %q", found.Reached)
	}
	if a := fetch(t, p, "/posts", nil); a.Text != "0" {
		t.Errorf("%s requests of the artifact came to the handler", a.Text)
	}
}

func TestLanguageIsOneThatIntlTakes(t *testing.T) {
	for _, env := range [][]string{
		{"LANG=C"}, {"LANG=C.UTF-8"}, {"LANG=POSIX"}, {"LANG="}, {"LANG=en_US.UTF-8", "LC_ALL=C.UTF-8"},
	} {
		t.Run(strings.Join(env, " "), func(t *testing.T) {
			p := rig.NewScreen(t, rig.Options{}).Drive(t, env, shell(t))
			var said string
			p.Eval(t, `return navigator.language + " " + new Intl.NumberFormat(navigator.language).format(1234.5) + " " + (1234.5).toLocaleString()`, &said)
			if said != "en-US 1,234.5 1,234.5" {
				t.Errorf("the page has %q", said)
			}
		})
	}
}

func TestOpenAndShowStartTheDesktopsPrograms(t *testing.T) {
	folder := t.TempDir()
	told := filepath.Join(folder, "told")
	program := "#!/bin/sh\nprintf '%s\\n' \"$@\" > " + told + ".new && mv " + told + ".new " + told + "\n"
	if err := os.WriteFile(filepath.Join(folder, "xdg-open"), []byte(program), 0o755); err != nil {
		t.Fatal(err)
	}
	p := rig.NewScreen(t, rig.Options{}).Drive(t, []string{"PATH=" + folder + ":" + os.Getenv("PATH")}, shell(t))
	file := filepath.Join(folder, "a b.csv")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ address, body, want string }{
		{"/native/open", `{"url":"https://example.org/a?b=c"}`, "https://example.org/a?b=c\n"},
		{"/native/show", `{"path":"` + file + `"}`, folder + "\n"},
	} {
		if a := postJSON(t, p, tt.address, tt.body); a.Status != 200 {
			t.Errorf("%s: %+v", tt.address, a)
			continue
		}
		var got []byte
		rig.Until(t, "the program was started", func() (ok bool) {
			var err error
			got, err = os.ReadFile(told)
			return err == nil
		})
		if string(got) != tt.want {
			t.Errorf("%s started it with %q, want %q", tt.address, got, tt.want)
		}
		if err := os.Remove(told); err != nil {
			t.Fatal(err)
		}
	}
	if a := postJSON(t, p, "/native/open", `{"url":"file:///etc/passwd"}`); a.Status != 400 {
		t.Errorf("a file address: %+v", a)
	}
}
