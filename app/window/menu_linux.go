//go:build linux && desktop && !bindings

package window

/*
#cgo pkg-config: gtk+-3.0 webkit2gtk-4.1

#include <stdlib.h>
#include "menu_linux.h"
*/
import "C"

import (
	"fmt"
	"sync"
	"unsafe"
)

var menuChosen struct {
	sync.Mutex
	tell func(id string)
}

//export varveMenuChosen
func varveMenuChosen(id *C.char) {
	text := C.GoString(id)
	menuChosen.Lock()
	defer menuChosen.Unlock()
	if tell := menuChosen.tell; tell != nil {
		go tell(text)
	}
}

// menu shows the bar. What a page wants changes often; the toolkit changes what
// differs.
func (s *shell) menu(m MenuBar) error {
	menuChosen.Lock()
	menuChosen.tell = s.chosen
	menuChosen.Unlock()
	var lines []C.varve_line
	for _, menu := range m.Menus {
		lines = append(lines, newLine('m', MenuItem{Title: menu.Title}))
		for _, item := range menu.Items {
			kind := byte('i')
			if item.ID == "" {
				kind = '-'
			}
			lines = append(lines, newLine(kind, item))
		}
	}
	size := C.size_t(unsafe.Sizeof(C.varve_line{}))
	block := C.calloc(C.size_t(max(len(lines), 1)), size)
	copy(unsafe.Slice((*C.varve_line)(block), len(lines)), lines)
	C.varve_menu((*C.varve_line)(block), C.int(len(lines)), themes[m.Theme], C.CString(menuStyle(m)))
	return nil
}

func newLine(kind byte, item MenuItem) C.varve_line {
	line := C.varve_line{kind: C.char(kind), id: C.CString(item.ID), title: C.CString(item.Title), keys: C.CString(item.Keys)}
	if item.Disabled {
		line.disabled = 1
	}
	return line
}

var themes = map[string]C.int{"system": C.VARVE_SYSTEM, "light": C.VARVE_LIGHT, "dark": C.VARVE_DARK}

// menuStyle makes the bar a part of the pages below it.
func menuStyle(m MenuBar) string {
	return fmt.Sprintf(`#varve-menubar { background: %s; color: %s; border: none; box-shadow: inset 0 -1px %s; padding: 0 4px 1px 4px; min-height: 0; }
#varve-menubar > menuitem { padding: 3px 8px; min-height: 18px; color: %[2]s; }
.varve-menu menuitem { padding: 4px 10px; }`, m.Ground, m.Text, m.Line)
}

// webkitCommands are the names that WebKit has for what can be done to a field.
var webkitCommands = map[string]string{
	"cut": "Cut", "copy": "Copy", "paste": "Paste", "all": "SelectAll", "undo": "Undo", "redo": "Redo",
}

func (s *shell) edit(command string) error {
	C.varve_edit(C.CString(webkitCommands[command]))
	return nil
}
