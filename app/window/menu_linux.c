//go:build linux && desktop && !bindings

#include "menu_linux.h"
#include "gtk_linux.h"

#include <gtk/gtk.h>
#include <stdlib.h>
#include <string.h>
#include <webkit2/webkit2.h>

extern void varveMenuChosen(char *id);

/* What the pages want, on its way to the toolkit's thread. */
typedef struct {
    varve_line *lines;
    int n;
    int theme;
    char *css;
} wanted;

static GtkWidget *bar = NULL;
static GtkCssProvider *colours = NULL;
static wanted *shown = NULL; /* what the bar was made of */
static wanted *later = NULL; /* what came while a menu was open */
static gboolean alt_alone = FALSE;

static void drop(wanted *w)
{
    if (w == NULL)
        return;
    for (int i = 0; i < w->n; i++) {
        free(w->lines[i].id);
        free(w->lines[i].title);
        free(w->lines[i].keys);
    }
    free(w->lines);
    free(w->css);
    free(w);
}

static gboolean same(const char *a, const char *b) { return strcmp(a, b) == 0; }

/* Whether two differ only in what can be changed in place. */
static gboolean alike(const wanted *a, const wanted *b)
{
    if (a == NULL || a->n != b->n)
        return FALSE;
    for (int i = 0; i < a->n; i++) {
        const varve_line *x = &a->lines[i], *y = &b->lines[i];
        if (x->kind != y->kind || !same(x->id, y->id) || !same(x->title, y->title) || !same(x->keys, y->keys))
            return FALSE;
    }
    return TRUE;
}

static void chosen(GtkMenuItem *item, gpointer data)
{
    (void)data;
    varveMenuChosen(g_object_get_data(G_OBJECT(item), "varve-id"));
}

static GtkWidget *new_item(const varve_line *line)
{
    GtkWidget *item = gtk_menu_item_new();
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 24);
    GtkWidget *title = gtk_label_new(line->title);
    GtkWidget *keys = gtk_label_new(line->keys);
    gtk_label_set_xalign(GTK_LABEL(title), 0);
    gtk_style_context_add_class(gtk_widget_get_style_context(keys), "dim-label");
    gtk_box_pack_start(GTK_BOX(box), title, TRUE, TRUE, 0);
    gtk_box_pack_end(GTK_BOX(box), keys, FALSE, FALSE, 0);
    gtk_container_add(GTK_CONTAINER(item), box);
    atk_object_set_name(gtk_widget_get_accessible(item), line->title);
    g_object_set_data_full(G_OBJECT(item), "varve-id", g_strdup(line->id), g_free);
    g_signal_connect(item, "activate", G_CALLBACK(chosen), NULL);
    return item;
}

static void fill(const wanted *w)
{
    gtk_container_foreach(GTK_CONTAINER(bar), (GtkCallback)gtk_widget_destroy, NULL);
    GtkWidget *menu = NULL;
    for (int i = 0; i < w->n; i++) {
        const varve_line *line = &w->lines[i];
        GtkWidget *item = NULL;
        if (line->kind == 'm') {
            item = gtk_menu_item_new_with_mnemonic(line->title);
            menu = gtk_menu_new();
            gtk_style_context_add_class(gtk_widget_get_style_context(menu), "varve-menu");
            gtk_menu_item_set_submenu(GTK_MENU_ITEM(item), menu);
            gtk_menu_shell_append(GTK_MENU_SHELL(bar), item);
        } else if (menu != NULL) {
            item = line->kind == 'i' ? new_item(line) : gtk_separator_menu_item_new();
            gtk_menu_shell_append(GTK_MENU_SHELL(menu), item);
        }
        if (item != NULL)
            gtk_widget_show_all(item);
    }
}

/* Sets which items can be chosen. The bar is made of these lines. */
static void enable(const wanted *w)
{
    int i = -1;
    GList *menus = gtk_container_get_children(GTK_CONTAINER(bar));
    for (GList *m = menus; m != NULL; m = m->next) {
        i++; /* the menu itself */
        GList *items = gtk_container_get_children(GTK_CONTAINER(gtk_menu_item_get_submenu(m->data)));
        for (GList *item = items; item != NULL; item = item->next)
            if (w->lines[++i].kind == 'i')
                gtk_widget_set_sensitive(item->data, !w->lines[i].disabled);
        g_list_free(items);
    }
    g_list_free(menus);
}

static void paint(const wanted *w)
{
    if (shown != NULL && same(shown->css, w->css) && shown->theme == w->theme)
        return;
    /* Menus and dialogs follow the pages where the desktop's theme can, and pages
       that follow the desktop must not follow what they have set themselves. */
    if (w->theme == VARVE_SYSTEM)
        gtk_settings_reset_property(gtk_settings_get_default(), "gtk-application-prefer-dark-theme");
    else
        g_object_set(gtk_settings_get_default(), "gtk-application-prefer-dark-theme", w->theme == VARVE_DARK, NULL);
    gtk_css_provider_load_from_data(colours, w->css, -1, NULL);
}

static gboolean is_open(void) { return gtk_menu_shell_get_selected_item(GTK_MENU_SHELL(bar)) != NULL; }

static void apply(wanted *w)
{
    paint(w);
    if (!alike(shown, w))
        fill(w);
    enable(w);
    drop(shown);
    shown = w;
}

static gboolean do_later(gpointer data)
{
    (void)data;
    if (later != NULL && !is_open()) {
        wanted *w = later;
        later = NULL;
        apply(w);
    }
    return G_SOURCE_REMOVE;
}

static void closed(GtkMenuShell *shell, gpointer data)
{
    (void)shell;
    (void)data;
    g_idle_add(do_later, NULL);
}

/* Alt, pressed and let go alone, opens the first menu, as F10 does. */
static gboolean pressed(GtkWidget *window, GdkEventKey *event, gpointer data)
{
    static guint32 last = 0; /* when Alt was pressed */
    (void)window;
    (void)data;
    if (event->keyval != GDK_KEY_Alt_L) {
        alt_alone = FALSE;
        return FALSE;
    }
    /* What its page does not want, the web view sends once more, on a busy machine
       after the keys that came behind it. */
    if (last != 0 && (gint32)(event->time - last) <= 0)
        return FALSE;
    last = event->time;
    alt_alone = !is_open();
    return FALSE;
}

static gboolean released(GtkWidget *window, GdkEventKey *event, gpointer data)
{
    (void)window;
    (void)data;
    if (!alt_alone || event->keyval != GDK_KEY_Alt_L)
        return FALSE;
    alt_alone = FALSE;
    GList *menus = gtk_container_get_children(GTK_CONTAINER(bar));
    if (menus != NULL)
        g_signal_emit_by_name(menus->data, "activate-item");
    g_list_free(menus);
    return TRUE;
}

static gboolean not_alone(GtkWidget *window, GdkEvent *event, gpointer data)
{
    (void)window;
    (void)event;
    (void)data;
    alt_alone = FALSE;
    return FALSE;
}

static void make_bar(GtkWidget *window)
{
    colours = gtk_css_provider_new();
    gtk_style_context_add_provider_for_screen(gtk_widget_get_screen(window), GTK_STYLE_PROVIDER(colours),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
    bar = gtk_menu_bar_new();
    gtk_widget_set_name(bar, "varve-menubar");
    GtkWidget *box = gtk_bin_get_child(GTK_BIN(window));
    gtk_box_pack_start(GTK_BOX(box), bar, FALSE, FALSE, 0);
    gtk_box_reorder_child(GTK_BOX(box), bar, 0);
    gtk_widget_show(bar);
    g_signal_connect(bar, "deactivate", G_CALLBACK(closed), NULL);
    g_signal_connect(window, "key-press-event", G_CALLBACK(pressed), NULL);
    g_signal_connect(window, "key-release-event", G_CALLBACK(released), NULL);
    g_signal_connect(window, "focus-out-event", G_CALLBACK(not_alone), NULL);
    g_signal_connect(window, "button-press-event", G_CALLBACK(not_alone), NULL);
}

static gboolean do_menu(gpointer data)
{
    wanted *w = data;
    GtkWidget *window = varve_find_window(NULL);
    if (window == NULL) {
        drop(w);
        return G_SOURCE_REMOVE;
    }
    if (bar == NULL)
        make_bar(window);
    if (is_open()) { /* nothing moves under the pointer */
        drop(later);
        later = w;
        return G_SOURCE_REMOVE;
    }
    apply(w);
    return G_SOURCE_REMOVE;
}

void varve_menu(varve_line *lines, int n, int theme, char *css)
{
    wanted *w = malloc(sizeof *w);
    *w = (wanted){lines, n, theme, css};
    g_idle_add(do_menu, w);
}

static gboolean do_edit(gpointer data)
{
    GtkWidget *view = NULL;
    if (varve_find_window(&view) != NULL)
        webkit_web_view_execute_editing_command(WEBKIT_WEB_VIEW(view), data);
    free(data);
    return G_SOURCE_REMOVE;
}

void varve_edit(char *command) { g_idle_add(do_edit, command); }
