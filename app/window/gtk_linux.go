//go:build linux && desktop && !bindings

package window

/*
#cgo pkg-config: gtk+-3.0 webkit2gtk-4.1

#include <stdlib.h>
#include "gtk_linux.h"
*/
import "C"

import (
	"os"
	"sync"
	"unsafe"

	"dev.varve/backend/fault"
)

// pageLanguage is what pages get as their language where the system's locale
// names none. WebKitGTK passes "C" on, and Intl refuses it.
const pageLanguage = "en-US"

// prepare starts the toolkit and returns the screens.
func prepare(name string) ([]place, error) {
	if os.Getenv("GDK_BACKEND") == "" && os.Getenv("XDG_SESSION_TYPE") != "wayland" {
		// As Wails does, which comes too late now.
		os.Setenv("GDK_BACKEND", "x11")
	}
	if _, err := os.Stat("/sys/module/nvidia"); err == nil && os.Getenv("WEBKIT_DISABLE_DMABUF_RENDERER") == "" {
		// With NVIDIA's driver the window stays blank otherwise.
		os.Setenv("WEBKIT_DISABLE_DMABUF_RENDERER", "1")
	}
	language := ""
	if !namesLanguage(os.Getenv) {
		language = pageLanguage
	}
	cName, cLanguage := C.CString(name), C.CString(language)
	defer C.free(unsafe.Pointer(cName))
	defer C.free(unsafe.Pointer(cLanguage))
	if C.varve_prepare(cName, cLanguage) == 0 {
		return nil, fault.New(fault.Unavailable, "there is no display to open a window on").
			WithHint("run varve serve --open, and use the pages in a browser")
	}
	var found [16]C.varve_place
	n := C.varve_screens(&found[0], C.int(len(found)))
	screens := make([]place, n)
	for i, f := range found[:n] {
		screens[i] = place{X: int(f.x), Y: int(f.y), Width: int(f.width), Height: int(f.height)}
	}
	return screens, nil
}

// putAt moves the window, after Wails has centred it.
func (s *shell) putAt(p place) { C.varve_move(C.int(p.X), C.int(p.Y)) }

// toFront shows the window above all others and gives it the focus.
func (s *shell) toFront() { C.varve_present() }

// sealBridge takes from scripts the way to Wails' own functions, which frames
// with foreign content have too. The pages use /native/ instead.
func sealBridge() { C.varve_seal() }

// loadAgain starts the web view anew.
func loadAgain() { C.varve_reload() }

// zoom shows the page larger or smaller.
func (s *shell) zoom(percent int) error {
	C.varve_zoom(C.int(percent))
	return nil
}

var pageFailure struct {
	sync.Mutex
	tell func(reason string)
}

// onPageFailure begins to watch the web view.
func onPageFailure(tell func(reason string)) {
	pageFailure.Lock()
	pageFailure.tell = tell
	pageFailure.Unlock()
	C.varve_watch()
}

//export varveWebProcessGone
func varveWebProcessGone(reason C.int) {
	reasons := map[C.int]string{0: "crashed", 1: "exceeded its memory limit", 2: "was ended by Varve"}
	pageFailure.Lock()
	defer pageFailure.Unlock()
	if tell := pageFailure.tell; tell != nil {
		go tell(reasons[reason])
	}
}
