//go:build linux && desktop && !bindings

#include "gtk_linux.h"

#include <gdk/gdkx.h>
#include <gtk/gtk.h>
#include <stdlib.h>
#include <webkit2/webkit2.h>

#define START_PAGE "wails://wails/"

extern void varveWebProcessGone(int reason);

int varve_prepare(const char *name, const char *language)
{
    g_set_prgname(name);
    if (!gtk_init_check(NULL, NULL))
        return 0;
    if (language[0] != '\0') {
        const gchar *languages[] = {language, NULL};
        webkit_web_context_set_preferred_languages(webkit_web_context_get_default(), languages);
    }
    return 1;
}

int varve_screens(varve_place *places, int max)
{
    GdkDisplay *display = gdk_display_get_default();
    int n = display == NULL ? 0 : gdk_display_get_n_monitors(display);
    if (n > max)
        n = max;
    for (int i = 0; i < n; i++) {
        GdkRectangle area;
        gdk_monitor_get_workarea(gdk_display_get_monitor(display, i), &area);
        places[i] = (varve_place){area.x, area.y, area.width, area.height};
    }
    return n;
}

static GtkWidget *find_view(GtkWidget *widget)
{
    if (WEBKIT_IS_WEB_VIEW(widget))
        return widget;
    if (!GTK_IS_CONTAINER(widget))
        return NULL;
    GtkWidget *found = NULL;
    GList *children = gtk_container_get_children(GTK_CONTAINER(widget));
    for (GList *c = children; c != NULL && found == NULL; c = c->next)
        found = find_view(c->data);
    g_list_free(children);
    return found;
}

/* The one window that has the web view in it; dialogs have none. */
GtkWidget *varve_find_window(GtkWidget **view)
{
    GtkWidget *found = NULL;
    GList *tops = gtk_window_list_toplevels();
    for (GList *t = tops; t != NULL && found == NULL; t = t->next) {
        GtkWidget *v = find_view(t->data);
        if (v != NULL) {
            found = t->data;
            if (view != NULL)
                *view = v;
        }
    }
    g_list_free(tops);
    return found;
}

static gboolean do_move(gpointer data)
{
    varve_place *place = data;
    GtkWidget *window = varve_find_window(NULL);
    if (window != NULL)
        gtk_window_move(GTK_WINDOW(window), place->x, place->y);
    free(place);
    return G_SOURCE_REMOVE;
}

void varve_move(int x, int y)
{
    varve_place *place = calloc(1, sizeof *place);
    place->x = x;
    place->y = y;
    /* Wails centres the window at default priority before its loop begins; what
       has a lower one comes after it. */
    g_idle_add_full(G_PRIORITY_LOW, do_move, place, NULL);
}

static gboolean do_present(gpointer data)
{
    (void)data;
    GtkWidget *window = varve_find_window(NULL);
    if (window == NULL)
        return G_SOURCE_REMOVE;
    gtk_widget_show(window);
    gtk_window_deiconify(GTK_WINDOW(window));
    guint32 now = GDK_CURRENT_TIME;
    GdkWindow *surface = gtk_widget_get_window(window);
    /* A window manager leaves a window behind whose last use was long ago; the
       person has just asked for this one. */
    if (surface != NULL && GDK_IS_X11_WINDOW(surface))
        now = gdk_x11_get_server_time(surface);
    gtk_window_present_with_time(GTK_WINDOW(window), now);
    return G_SOURCE_REMOVE;
}

void varve_present(void) { g_idle_add(do_present, NULL); }

static gboolean do_seal(gpointer data)
{
    (void)data;
    GtkWidget *view = NULL;
    if (varve_find_window(&view) != NULL)
        webkit_user_content_manager_unregister_script_message_handler(
            webkit_web_view_get_user_content_manager(WEBKIT_WEB_VIEW(view)), "external");
    return G_SOURCE_REMOVE;
}

void varve_seal(void) { g_idle_add(do_seal, NULL); }

static void gone(WebKitWebView *view, WebKitWebProcessTerminationReason reason, gpointer data)
{
    (void)view;
    (void)data;
    varveWebProcessGone((int)reason);
}

/* Where the page was last: a web view whose process has ended forgets it. */
static char *last_address = NULL;

static void moved(GObject *view, GParamSpec *property, gpointer data)
{
    (void)property;
    (void)data;
    const gchar *address = webkit_web_view_get_uri(WEBKIT_WEB_VIEW(view));
    if (address != NULL && address[0] != '\0') {
        g_free(last_address);
        last_address = g_strdup(address);
    }
}

/* Only Varve's own pages are ever shown. A drop that no script has handled would
   open the file in their place; so would a link. */
static gboolean decide(WebKitWebView *view, WebKitPolicyDecision *decision, WebKitPolicyDecisionType type, gpointer data)
{
    (void)view;
    (void)data;
    if (type == WEBKIT_POLICY_DECISION_TYPE_RESPONSE)
        return FALSE;
    WebKitNavigationAction *action =
        webkit_navigation_policy_decision_get_navigation_action(WEBKIT_NAVIGATION_POLICY_DECISION(decision));
    const gchar *address = webkit_uri_request_get_uri(webkit_navigation_action_get_request(action));
    gboolean own = address != NULL && (g_str_has_prefix(address, START_PAGE) || g_str_has_prefix(address, "about:"));
    if (type == WEBKIT_POLICY_DECISION_TYPE_NAVIGATION_ACTION && own)
        return FALSE;
    webkit_policy_decision_ignore(decision);
    return TRUE;
}

static gboolean do_watch(gpointer data)
{
    (void)data;
    GtkWidget *view = NULL;
    if (varve_find_window(&view) != NULL) {
        g_signal_connect(view, "web-process-terminated", G_CALLBACK(gone), NULL);
        g_signal_connect(view, "decide-policy", G_CALLBACK(decide), NULL);
        g_signal_connect(view, "notify::uri", G_CALLBACK(moved), NULL);
    }
    return G_SOURCE_REMOVE;
}

void varve_watch(void) { g_idle_add(do_watch, NULL); }

static gboolean do_reload(gpointer data)
{
    (void)data;
    GtkWidget *view = NULL;
    if (varve_find_window(&view) != NULL)
        webkit_web_view_load_uri(WEBKIT_WEB_VIEW(view), last_address != NULL ? last_address : START_PAGE);
    return G_SOURCE_REMOVE;
}

void varve_reload(void) { g_idle_add(do_reload, NULL); }

int varve_tell(const char *title, const char *message, const char *hint)
{
    if (!gtk_init_check(NULL, NULL))
        return 0;
    GtkWidget *dialog = gtk_message_dialog_new(NULL, 0, GTK_MESSAGE_ERROR, GTK_BUTTONS_CLOSE, "%s", message);
    if (hint[0] != '\0')
        gtk_message_dialog_format_secondary_text(GTK_MESSAGE_DIALOG(dialog), "%s", hint);
    gtk_window_set_title(GTK_WINDOW(dialog), title);
    gtk_dialog_run(GTK_DIALOG(dialog));
    gtk_widget_destroy(dialog);
    return 1;
}

static gboolean do_zoom(gpointer data)
{
    GtkWidget *view = NULL;
    if (varve_find_window(&view) != NULL)
        webkit_web_view_set_zoom_level(WEBKIT_WEB_VIEW(view), GPOINTER_TO_INT(data) / 100.0);
    return G_SOURCE_REMOVE;
}

void varve_zoom(int percent) { g_idle_add(do_zoom, GINT_TO_POINTER(percent)); }
