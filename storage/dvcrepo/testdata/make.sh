#!/usr/bin/env bash
# make.sh DVC NAME  makes NAME.tar.gz, a repository that the program DVC has kept:
# a text with ends of lines of Windows, a folder that differs on a branch, a stage
# with an output and a metric that Git keeps, a version that came back.
set -euo pipefail
dvc=$1
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
export HOME=$folder/home GIT_CONFIG_GLOBAL=/dev/null DVC_NO_ANALYTICS=1
mkdir -p "$HOME" "$folder/repo"
cd "$folder/repo"

commit() { # AUTHOR DATE SUBJECT
    git add -A
    GIT_AUTHOR_DATE=$2 GIT_COMMITTER_DATE=$2 git -c user.name="$1" -c user.email=lab@example.org commit -q -m "$3"
}

git init -q -b main .
"$dvc" init -q
"$dvc" config core.analytics false
mkdir -p data/images/sub
printf 'acid;sugar\r\n1;2\r\n' >data/wine.csv
for i in 1 2 3; do head -c 3000 /dev/zero | tr '\0' "$i" >"data/images/img$i.bin"; done
echo hi >data/images/sub/note.txt
: >data/images/empty
"$dvc" add -q data/wine.csv data/images
commit Ada 2021-03-01T10:00:00+0100 'first data'

printf 'acid;sugar\r\n1;2\r\n3;4\r\n' >data/wine.csv
"$dvc" add -q data/wine.csv
commit Grace 2021-04-01T10:00:00+0100 'more wine'

git checkout -q -b side
rm data/images/img1.bin
echo new >data/images/new.txt
"$dvc" add -q data/images
commit Grace 2021-05-01T10:00:00+0100 'side: images'

git checkout -q main
"$dvc" checkout -q
cat >dvc.yaml <<'YAML'
stages:
  train:
    cmd: sort data/wine.csv > model.txt && wc -l data/wine.csv > lines.txt
    deps: [data/wine.csv]
    outs: [model.txt]
    metrics:
      - lines.txt: {cache: false}
YAML
"$dvc" repro -q
commit Ada 2021-06-01T10:00:00+0100 train
GIT_AUTHOR_DATE=2021-06-02T10:00:00+0100 GIT_COMMITTER_DATE=2021-06-02T10:00:00+0100 \
    git -c user.name=Ada -c user.email=lab@example.org merge -q --no-edit side
"$dvc" checkout -q

printf 'acid;sugar\r\n1;2\r\n' >data/wine.csv
"$dvc" add -q data/wine.csv
"$dvc" repro -q
commit Ada 2021-07-01T10:00:00+0100 back

rm -rf .git/hooks .git/logs .git/info .dvc/tmp
tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -C "$folder" -cf - repo | gzip -9n >"$here/$2.tar.gz"
rm -rf "$folder"
