"""Makes a database with runs to import; its tables are made by MLflow itself.

python seedimported.py DATABASE RUNS

Each run has ten metrics of ten points, five params and a tag, as the folder that
is imported has.
"""

import sqlite3
import sys

from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

database, runs = sys.argv[1], int(sys.argv[2])
SqlAlchemyStore("sqlite:///" + database, database + ".artifacts")
start = 1_700_000_000_000
ids = [f"{0xDB << 120 | n:032x}" for n in range(runs)]

with sqlite3.connect(database) as db:
    db.execute("PRAGMA synchronous = OFF")
    columns = {row[1] for row in db.execute("PRAGMA table_info(experiments)")}
    workspace = {"workspace": "default"} if "workspace" in columns else {}
    experiment = {
        "experiment_id": 7, "name": "imported database", "lifecycle_stage": "active", "artifact_location": "mlflow-artifacts:/7", "creation_time": start, "last_update_time": start,
    } | workspace
    db.execute(f"INSERT INTO experiments ({', '.join(experiment)}) VALUES ({', '.join('?' * len(experiment))})", list(experiment.values()))
    db.executemany(
        "INSERT INTO runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, status, start_time, end_time,"
        " source_version, lifecycle_stage, artifact_uri, experiment_id)"
        " VALUES (?, ?, 'UNKNOWN', '', '', 'ann', 'FINISHED', ?, ?, '', 'active', ?, 7)",
        ((id, f"run-{n}", start + n, start + 5000, f"mlflow-artifacts:/7/{id}/artifacts") for n, id in enumerate(ids)),
    )
    db.executemany("INSERT INTO tags (key, value, run_uuid) VALUES ('team', 'red', ?)", ((id,) for id in ids))
    db.executemany("INSERT INTO params (key, value, run_uuid) VALUES (?, ?, ?)", ((f"p{p}", str(n * p), id) for n, id in enumerate(ids) for p in range(5)))
    db.executemany(
        "INSERT INTO metrics (key, value, timestamp, step, is_nan, run_uuid) VALUES (?, ?, ?, ?, 0, ?)",
        ((f"m{m}", 1 / (i + 1), start + i, i, id) for id in ids for m in range(10) for i in range(10)),
    )
    db.executemany(
        "INSERT INTO latest_metrics (key, value, timestamp, step, is_nan, run_uuid) VALUES (?, ?, ?, ?, 0, ?)",
        ((f"m{m}", 0.1, start + 9, 9, id) for id in ids for m in range(10)),
    )
db.close()
