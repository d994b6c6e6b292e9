"""Puts runs into the database of an MLflow server, as its own requests would.

python seed.py DATABASE EXPERIMENT < RUNS

Making ten thousand runs by requests takes MLflow several minutes; what is
measured afterwards is only how they are searched.
"""

import json
import sqlite3
import sys
import uuid

database, experiment = sys.argv[1], int(sys.argv[2])
with sqlite3.connect(database, timeout=60) as db:
    for run in json.load(sys.stdin):
        id = uuid.uuid4().hex
        db.execute(
            "INSERT INTO runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, status, start_time,"
            " source_version, lifecycle_stage, artifact_uri, experiment_id)"
            " VALUES (?, ?, 'UNKNOWN', '', '', '', 'RUNNING', ?, '', 'active', ?, ?)",
            (id, run["name"], run["start"], f"mlflow-artifacts:/{experiment}/{id}/artifacts", experiment),
        )
        tags = [*run["tags"], {"key": "mlflow.runName", "value": run["name"]}]
        db.executemany("INSERT INTO tags (key, value, run_uuid) VALUES (?, ?, ?)", [(t["key"], t["value"], id) for t in tags])
        db.executemany(
            "INSERT INTO params (key, value, run_uuid) VALUES (?, ?, ?)", [(p["key"], p["value"], id) for p in run["params"]]
        )
        for table in ("metrics", "latest_metrics"):
            db.executemany(
                f"INSERT INTO {table} (key, value, timestamp, step, is_nan, run_uuid) VALUES (?, ?, ?, ?, 0, ?)",
                [(m["key"], m["value"], m["timestamp"], m["step"], id) for m in run["metrics"]],
            )
db.close()
