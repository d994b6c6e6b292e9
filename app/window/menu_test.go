package window

import (
	"strings"
	"testing"
)

func TestMenu(t *testing.T) {
	d := &fakeDesktop{}
	h := native(d, &events{}, nil)
	const kind = "application/json"
	const colours = `"theme":"dark","ground":"rgb(1, 2, 3)","text":"rgb(255, 255, 255)","line":"rgb(9, 9, 9)"`
	body := `{"menus":[{"title":"_File","items":[{"id":"data.add","title":"Add data","keys":"Ctrl O"},{},{"id":"undo","title":"Undo","disabled":true}]}],` + colours + `}`
	if code, text := ask(t, h, "POST", "/native/menu", kind, body); code != 200 {
		t.Fatalf("%d %s", code, text)
	}
	if got := d.bar.Menus[0].Items; d.bar.Theme != "dark" || len(got) != 3 || got[0].Keys != "Ctrl O" || got[1].ID != "" || !got[2].Disabled {
		t.Errorf("the bar is %+v", d.bar)
	}
	many := strings.Repeat(`{"id":"x","title":"X"},`, mostItems) + `{"id":"x","title":"X"}`
	for name, body := range map[string]string{
		"too many":     `{"menus":[{"title":"_File","items":[` + many + `]}],` + colours + `}`,
		"no colour":    `{"menus":[],"theme":"dark","ground":"red; } * { color: blue","text":"rgb(0, 0, 0)","line":"rgb(0, 0, 0)"}`,
		"unknown part": `{"menus":[],"tray":true,` + colours + `}`,
	} {
		if code, text := ask(t, h, "POST", "/native/menu", kind, body); code != 400 {
			t.Errorf("%s: %d %s", name, code, text)
		}
	}
	for _, command := range editCommands {
		if code, text := ask(t, h, "POST", "/native/edit", kind, `{"command":"`+command+`"}`); code != 200 || d.edited != command {
			t.Errorf("%s: %d %s", command, code, text)
		}
	}
	if code, _ := ask(t, h, "POST", "/native/edit", kind, `{"command":"InsertHTML"}`); code != 400 || d.edited == "InsertHTML" {
		t.Errorf("%d, %s", code, d.edited)
	}
	if code, _ := ask(t, h, "POST", "/native/close", kind, `{}`); code != 200 || d.closed != 1 {
		t.Errorf("%d, closed %d times", code, d.closed)
	}
}
