/* What the window needs of GTK and WebKit beside what Wails offers. All functions
   but the first three may be called from any thread: they pass the work on to the
   toolkit's own. */
#ifndef VARVE_GTK_LINUX_H
#define VARVE_GTK_LINUX_H

#include <gtk/gtk.h>

typedef struct {
    int x, y, width, height;
} varve_place;

/* Starts GTK under a program name; language, if not empty, is what pages see as
   theirs. Returns 0 where there is no display. */
int varve_prepare(const char *name, const char *language);

/* Fills in the usable area of each screen, and returns how many there are. */
int varve_screens(varve_place *places, int max);

/* Says something in a dialog while there is no window, and returns when it has been
   closed; 0 where there is no display. */
int varve_tell(const char *title, const char *message, const char *hint);

void varve_move(int x, int y);
void varve_present(void);

/* Takes from scripts the message handler that Wails gave them. */
void varve_seal(void);

/* Reports the end of the web process, and keeps other pages than Varve's out. */
void varve_watch(void);

/* Starts the web view anew, where it was last. */
void varve_reload(void);

/* Shows the page larger or smaller: 100 is as it is. */
void varve_zoom(int percent);

/* The one window that has the web view in it, and the view if view is not NULL.
   For the toolkit's own thread. */
GtkWidget *varve_find_window(GtkWidget **view);

#endif
