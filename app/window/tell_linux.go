//go:build linux && desktop && !bindings

package window

/*
#include <stdlib.h>
#include "gtk_linux.h"
*/
import "C"

import "unsafe"

// Tell says in a dialog why there is no window, and returns when it has been
// closed. Without a display it does nothing. It must be called from the main
// goroutine, before Run or after it.
func Tell(title, message, hint string) {
	texts := [3]*C.char{C.CString(title), C.CString(message), C.CString(hint)}
	for _, text := range texts {
		defer C.free(unsafe.Pointer(text))
	}
	C.varve_tell(texts[0], texts[1], texts[2])
}
