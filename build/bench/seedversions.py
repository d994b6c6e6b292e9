"""Puts versions of the registered model "large" into the database of an MLflow server.

python seedversions.py DATABASE COUNT
"""

import sqlite3
import sys

database, count = sys.argv[1], int(sys.argv[2])
with sqlite3.connect(database, timeout=60) as db:
    workspace = "workspace" in {row[1] for row in db.execute("PRAGMA table_info(model_versions)")}
    columns = "name, version, creation_time, last_updated_time, description, user_id, current_stage, source, run_id, status"
    for n in range(1, count + 1):
        values = ["large", n, 1_700_000_000_000 + n, 1_700_000_000_000 + n, None, None, "None", f"s3://bucket/model/{n - 1}", "", "READY"]
        names = columns
        if workspace:
            names, values = columns + ", workspace", [*values, "default"]
        db.execute(f"INSERT INTO model_versions ({names}) VALUES ({', '.join('?' * len(values))})", values)
db.close()
