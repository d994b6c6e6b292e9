"""A small window to drag from: dragsource.py TYPE DATA [X Y].

It offers DATA (in a file, so that it may be long) under the type TYPE, prints
"ready" when it can be dragged, and "dropped" when somebody took it.
"""
import sys

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("Gdk", "3.0")
from gi.repository import Gdk, GLib, Gtk  # noqa: E402

kind, name = sys.argv[1], sys.argv[2]
with open(name, "rb") as f:
    data = f.read()


def say(word):
    print(word, flush=True)
    return False


def give(widget, context, selection, info, time):
    selection.set(selection.get_target(), 8, data)


window = Gtk.Window(title="dragsource")
window.set_default_size(160, 90)
box = Gtk.EventBox()
box.add(Gtk.Label(label="drag me"))
box.drag_source_set(
    Gdk.ModifierType.BUTTON1_MASK,
    [Gtk.TargetEntry.new(kind, 0, 0)],
    Gdk.DragAction.COPY,
)
box.connect("drag-data-get", give)
box.connect("drag-end", lambda *_: say("dropped"))
window.add(box)
window.connect("destroy", Gtk.main_quit)
window.show_all()
window.move(int(sys.argv[3]), int(sys.argv[4]))
window.connect("map-event", lambda *_: GLib.idle_add(say, "ready") and False)
Gtk.main()
