"""A training that needs nothing but Python: it speaks MLflow's HTTP by itself."""

import base64
import json
import math
import os
import sys
import time
import urllib.parse
import urllib.request

data, rate, steps, pause, note = sys.argv[1:6]
base = os.environ["MLFLOW_TRACKING_URI"].rstrip("/")
run = os.environ["MLFLOW_RUN_ID"]
user = os.environ.get("MLFLOW_TRACKING_USERNAME", "")
password = os.environ.get("MLFLOW_TRACKING_PASSWORD", "")
login = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
if "MLFLOW_TRACKING_TOKEN" in os.environ:
    login = "Bearer " + os.environ["MLFLOW_TRACKING_TOKEN"]


def send(method, path, body, kind="application/json"):
    request = urllib.request.Request(base + path, data=body, method=method)
    request.add_header("Content-Type", kind)
    request.add_header("Authorization", login)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read()


def call(path, **body):
    return send("POST", "/api/2.0/mlflow/" + path, json.dumps(body).encode())


def metric(key, value, step):
    text = "NaN" if math.isnan(value) else value
    call("runs/log-metric", run_id=run, key=key, value=text, step=step, timestamp=int(time.time() * 1000))


def artifact(name, text):
    info = json.loads(send("GET", "/api/2.0/mlflow/runs/get?run_id=" + run, None))
    place = info["run"]["info"]["artifact_uri"].split("artifacts/", 1)[-1]
    path = urllib.parse.quote(place.split(":/", 1)[-1].lstrip("/") + "/" + name)
    send("PUT", "/api/2.0/mlflow-artifacts/artifacts/" + path, text.encode(), "application/octet-stream")


with open(data, encoding="utf-8") as file:
    rows = file.read().splitlines()
print(f"{len(rows)} rows, rate {rate}, note {note}", flush=True)
for step in range(int(steps)):
    loss = math.exp(-step * float(rate)) + 0.1
    metric("train_loss", loss, step)
    metric("val_loss", float("nan") if step == 3 else loss * 1.1, step)
    print(f"step {step}/{steps} loss {loss:.4f}", flush=True)
    time.sleep(float(pause))
metric("rmse", 0.6 + float(rate), int(steps))
try:
    artifact("summary.json", json.dumps({"rate": float(rate), "rows": len(rows)}))
    artifact("notes/read-me.txt", "A little run.\n")
except Exception as problem:  # the log of the run says what a test then finds missing
    print("artifacts failed:", problem, flush=True)
print("done", flush=True)
