#!/usr/bin/env bash
# make.sh NAME  makes NAME.tar.gz, a repository whose *.bin and *.csv git-lfs keeps,
# with the git-lfs in PATH: a file that Git kept itself first, a branch that is
# merged, a version that came back, a commit that changes nothing of git-lfs.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
export HOME=$folder/home GIT_CONFIG_GLOBAL=/dev/null
mkdir -p "$HOME" "$folder/repo"
cd "$folder/repo"

commit() { # AUTHOR DATE SUBJECT
    git add -A
    GIT_AUTHOR_DATE=$2 GIT_COMMITTER_DATE=$2 git -c user.name="$1" -c user.email=lab@example.org commit -q -m "$3"
}

git init -q -b main .
mkdir -p data/images
printf 'acid;sugar\r\n1;2\r\n' >data/wine.csv
echo 'print(1)' >train.py
commit Ada 2021-02-01T10:00:00+0100 'before git-lfs'

git lfs install --local >/dev/null
git lfs track '*.bin' '*.csv' >/dev/null
for i in 1 2; do head -c 3000 /dev/zero | tr '\0' "$i" >"data/images/img$i.bin"; done
chmod +x data/images/img2.bin
touch data/wine.csv
git add --renormalize .
commit Ada 2021-03-01T10:00:00+0100 'first data'

git checkout -q -b side
head -c 3000 /dev/zero | tr '\0' 3 >data/images/img3.bin
commit Grace 2021-04-01T10:00:00+0100 'side: one more image'

git checkout -q main
printf 'acid;sugar\r\n1;2\r\n3;4\r\n' >data/wine.csv
commit Grace 2021-05-01T10:00:00+0100 'more wine'
echo 'print(2)' >train.py
commit Ada 2021-05-02T10:00:00+0100 'code only'
GIT_AUTHOR_DATE=2021-06-01T10:00:00+0100 GIT_COMMITTER_DATE=2021-06-01T10:00:00+0100 \
    git -c user.name=Ada -c user.email=lab@example.org merge -q --no-edit side
printf 'acid;sugar\r\n1;2\r\n' >data/wine.csv
git rm -q data/images/img3.bin
commit Ada 2021-07-01T10:00:00+0100 'back to the first'

rm -rf .git/hooks .git/logs .git/info .git/lfs/tmp .git/lfs/cache
tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -C "$folder" -cf - repo | gzip -9n >"$here/$1.tar.gz"
rm -rf "$folder"
