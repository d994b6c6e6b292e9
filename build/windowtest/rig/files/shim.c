/* Lets WebKitWebDriver drive a Wails program as it is: preloaded, it gives the
   web view the two properties that automation needs. For tests only; it is
   compiled by the rig and never shipped. */
#include <webkit2/webkit2.h>

static WebKitWebView *view;

static WebKitWebView *give_view(WebKitAutomationSession *session, gpointer data)
{
    (void)session;
    (void)data;
    return view;
}

static void started(WebKitWebContext *context, WebKitAutomationSession *session, gpointer data)
{
    (void)context;
    (void)data;
    WebKitApplicationInfo *info = webkit_application_info_new();
    webkit_application_info_set_name(info, "wails");
    webkit_application_info_set_version(info, 1, 0, 0);
    webkit_automation_session_set_application_info(session, info);
    webkit_application_info_unref(info);
    g_signal_connect(session, "create-web-view", G_CALLBACK(give_view), NULL);
}

GtkWidget *webkit_web_view_new_with_user_content_manager(WebKitUserContentManager *manager)
{
    WebKitWebContext *context = webkit_web_context_get_default();
    webkit_web_context_set_automation_allowed(context, TRUE);
    g_signal_connect(context, "automation-started", G_CALLBACK(started), NULL);
    view = g_object_new(WEBKIT_TYPE_WEB_VIEW, "web-context", context, "user-content-manager", manager,
                        "is-controlled-by-automation", TRUE, NULL);
    return GTK_WIDGET(view);
}
