"""A training that needs nothing but Python."""

import json
import math
import os
import sys
import time

import tracking

data, rate, steps, pause, note = sys.argv[1:6]

with open(data, encoding="utf-8") as file:
    rows = file.read().splitlines()
print(f"{len(rows)} rows, rate {rate}, note {note}", flush=True)
for step in range(int(steps)):
    loss = math.exp(-step * float(rate)) + 0.1
    tracking.log_metrics({"train_loss": loss, "val_loss": float("nan") if step == 3 else loss * 1.1}, step)
    print(f"step {step}/{steps} loss {loss:.4f}", flush=True)
    time.sleep(float(pause))
# A test takes this file away when it has seen what it wants to see of a live run.
while os.path.exists(os.path.expanduser("~/hold")):
    time.sleep(0.05)
tracking.log_metrics({"rmse": 0.6 + float(rate)}, int(steps))
tracking.log_text(json.dumps({"rate": float(rate), "rows": len(rows)}), "summary.json")
tracking.log_text("A little run.\n", "notes/read-me.txt")
print("done", flush=True)
