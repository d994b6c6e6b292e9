#!/usr/bin/env bash
# install.sh [--remove]  puts what was built into the home of the current user:
# programs, menu entry, icons, and the type of a workspace's marker, so that a
# double click on it opens Varve. --remove takes all of it away again;
# workspaces are left alone.
source "$(dirname "$0")/lib.sh"

bin=${XDG_BIN_HOME:-$HOME/.local/bin}
share=${XDG_DATA_HOME:-$HOME/.local/share}

# Each line, with tabs between: how it may be used, where it comes from, where
# it goes.
files() {
    printf '%s\t%s\t%s\n' \
        755 build/bin/varve "$bin/varve" \
        755 build/bin/varve-window "$bin/varve-window" \
        644 build/desktop/varve.desktop "$share/applications/varve.desktop" \
        644 build/desktop/varve.xml "$share/mime/packages/varve.xml" \
        644 build/icons/varve.svg "$share/icons/hicolor/scalable/apps/varve.svg"
    local size
    for size in 16 24 32 48 64 128 256 512; do
        printf '%s\t%s\t%s\n' 644 "build/icons/varve-$size.png" "$share/icons/hicolor/${size}x$size/apps/varve.png"
    done
}

put() {
    local mode from to
    while IFS=$'\t' read -r mode from to; do
        # Beside it first: a program that runs is replaced, not written into.
        install -D -m "$mode" "$from" "$to.new"
        mv "$to.new" "$to"
    done
    # The menu has no search path of its own: it is told where the program is.
    sed -i "s|^Exec=varve-window|Exec=\"$bin/varve-window\"|; s|^TryExec=varve-window|TryExec=$bin/varve-window|" "$share/applications/varve.desktop"
}

away() {
    local to
    while IFS=$'\t' read -r _ _ to; do
        rm -f "$to"
    done
}

# refresh  tells the desktop; one without these programs looks by itself.
refresh() {
    ! have update-mime-database || update-mime-database "$share/mime" >/dev/null 2>&1 || true
    ! have update-desktop-database || update-desktop-database -q "$share/applications" || true
    ! have gtk-update-icon-cache || gtk-update-icon-cache -q -t -f "$share/icons/hicolor" 2>/dev/null || true
}

case ${1:-} in
'')
    files | put
    refresh
    say "Installed $bin/varve and $bin/varve-window, and Varve in the menu of the desktop."
    case ":$PATH:" in *":$bin:"*) ;; *) say "Add $bin to your PATH to have the command varve everywhere." ;; esac
    ;;
--remove)
    files | away
    refresh
    say "Removed. Your workspaces are where they were."
    ;;
*) fail "usage: install.sh [--remove]" ;;
esac
