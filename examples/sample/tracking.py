"""The few calls of MLflow that the sample needs, over HTTP, so that it runs
where nothing is installed. A script of your own would `import mlflow` instead;
Varve cannot tell the difference."""

import base64
import json
import math
import os
import time
import urllib.parse
import urllib.request

_base = os.environ["MLFLOW_TRACKING_URI"].rstrip("/")
_run = os.environ["MLFLOW_RUN_ID"]


def _send(method, path, body, kind="application/json"):
    request = urllib.request.Request(_base + path, data=body, method=method)
    request.add_header("Content-Type", kind)
    user, word = os.environ.get("MLFLOW_TRACKING_USERNAME"), os.environ.get("MLFLOW_TRACKING_PASSWORD")
    if os.environ.get("MLFLOW_TRACKING_TOKEN"):
        request.add_header("Authorization", "Bearer " + os.environ["MLFLOW_TRACKING_TOKEN"])
    elif user and word:
        request.add_header("Authorization", "Basic " + base64.b64encode(f"{user}:{word}".encode()).decode())
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read()


def log_metrics(metrics, step):
    log_points((key, value, step) for key, value in metrics.items())


def log_points(points):
    """Metrics as (key, value, step). One request holds at most 1,000."""
    now, points = int(time.time() * 1000), list(points)
    for at in range(0, len(points), 1000):
        # JSON has no NaN; MLflow writes it as a word.
        batch = [
            {"key": key, "value": value if math.isfinite(value) else str(value), "timestamp": now, "step": step}
            for key, value, step in points[at : at + 1000]
        ]
        _send("POST", "/api/2.0/mlflow/runs/log-batch", json.dumps({"run_id": _run, "metrics": batch}).encode())


def log_file(content, name):
    found = json.loads(_send("GET", "/api/2.0/mlflow/runs/get?run_id=" + _run, None))
    place = found["run"]["info"]["artifact_uri"].split(":", 1)[1].lstrip("/")
    path = urllib.parse.quote(place + "/" + name)
    _send("PUT", "/api/2.0/mlflow-artifacts/artifacts/" + path, content, "application/octet-stream")


def log_text(text, name):
    log_file(text.encode(), name)
