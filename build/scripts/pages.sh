#!/usr/bin/env bash
# pages.sh  builds frontend/ and lays the pages where app/webui embeds them.
source "$(dirname "$0")/lib.sh"

has_frontend || {
    say "pages: none yet"
    exit 0
}
target=app/webui/files

mapfile -d '' -t inputs < <(find frontend -path frontend/node_modules -prune -o -path frontend/dist -prune -o \
    -path frontend/tests -prune -o -type f -print0 | sort -z)
inputs+=(go.mod go.sum build/tools/licences/*.go)
key=$(hash_of "${inputs[@]}")
if fresh pages "$key" && [[ -f $target/index.html ]]; then
    exit 0
fi

(cd frontend && npm run --silent build -- --logLevel warn </dev/null)
find "$target" -mindepth 1 -maxdepth 1 ! -name README -exec rm -rf {} +
cp -R frontend/dist/. "$target/"
go run ./build/tools/licences -texts "$target/licences.json"
stamp pages "$key"
say "pages: $(find "$target" -type f ! -name README | wc -l) files, $(du -sk --exclude=README "$target" | cut -f1) KiB"
