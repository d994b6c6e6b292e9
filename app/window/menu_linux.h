/* The menu bar. Wails' own cannot be changed once it is shown. */
#ifndef VARVE_MENU_LINUX_H
#define VARVE_MENU_LINUX_H

/* A line of the bar: a menu begins, an item of it, or a line between items. */
typedef struct {
    char kind; /* 'm', 'i' or '-' */
    char disabled;
    char *id;
    char *title;
    char *keys;
} varve_line;

/* What theme the pages have: what the desktop says, or one of their own. */
enum { VARVE_SYSTEM, VARVE_LIGHT, VARVE_DARK };

/* Shows these lines in the bar, in colours given as CSS. Takes over lines, what
   they point to, and css: all from malloc. May be called from any thread. */
void varve_menu(varve_line *lines, int n, int theme, char *css);

/* Does an editing command of WebKit to what has the focus in the page. Takes over
   command. May be called from any thread. */
void varve_edit(char *command);

#endif
