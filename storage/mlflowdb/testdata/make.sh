#!/usr/bin/env bash
# make.sh PYTHON...  makes the databases that the tests read, with the MLflow of each
# Python given, as v<version>.db.zst. Which releases were used, and which could not be
# installed any more, is in README.md.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
for python in "$@"; do
    version=$("$python" -c 'import importlib.metadata as m; d = {x.metadata["Name"]: x.version for x in m.distributions()}; print(d.get("mlflow") or d["mlflow-skinny"])')
    folder=$(mktemp -d)
    (cd "$folder" && "$python" "$here/make.py" "$folder/mlflow.db" /nowhere/mlruns/1)
    "$python" - "$folder/mlflow.db" <<'PY'
import sqlite3, sys

db = sqlite3.connect(sys.argv[1])
db.execute("pragma journal_mode=delete")
db.execute("vacuum")
PY
    zstd -q -19 -f "$folder/mlflow.db" -o "$here/v$version.db.zst"
    rm -r "$folder"
done
