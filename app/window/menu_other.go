//go:build (desktop || bindings) && (!linux || bindings)

package window

import (
	goruntime "runtime"
	"strings"

	"github.com/wailsapp/wails/v2/pkg/menu"
	"github.com/wailsapp/wails/v2/pkg/runtime"

	"dev.varve/backend/fault"
)

// menu shows the bar. Keys are words beside an item: as accelerators, the system
// would take them from the page, fields included.
func (s *shell) menu(m MenuBar) error {
	bar := menu.NewMenu()
	if goruntime.GOOS == "darwin" {
		bar.Append(menu.AppMenu())
	}
	for _, part := range m.Menus {
		if goruntime.GOOS == "darwin" && part.Title == "_Edit" {
			bar.Append(menu.EditMenu()) // without it, the system's own keys do nothing in fields
		}
		sub := bar.AddSubmenu(strings.Replace(part.Title, "_", "&", 1))
		for _, item := range part.Items {
			if item.ID == "" {
				sub.AddSeparator()
				continue
			}
			title := item.Title
			if item.Keys != "" && goruntime.GOOS == "windows" {
				title += "\t" + item.Keys
			}
			added := sub.AddText(title, nil, func(*menu.CallbackData) { s.chosen(item.ID) })
			added.Disabled = item.Disabled
		}
	}
	if goruntime.GOOS == "darwin" {
		bar.Append(menu.WindowMenu())
	}
	runtime.MenuSetApplicationMenu(s.ctx, bar)
	return nil
}

// edit is left to the page: a script can do most of it here.
func (s *shell) edit(string) error {
	return fault.New(fault.Unsupported, "the page does this itself on this system")
}
