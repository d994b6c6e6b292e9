"""Logs a point now and then, and says when each one was acknowledged."""

import os
import random
import sys
import time

import tracking

points, gate = int(sys.argv[1]), sys.argv[2]
chance = random.Random(1)
tracking.log_metrics({"level": 1000.0}, 0)
tracking.log_metrics({"level": 1001.0}, 1)
print("ready", flush=True)
while os.path.getsize(gate) == 0:
    time.sleep(0.05)
for step in range(2, points + 2):
    time.sleep(chance.uniform(0.4, 1.1))
    tracking.log_metrics({"level": 1000.0 + step}, step)
    print(f"acknowledged {1000 + step} {time.time() * 1000:.1f}", flush=True)
