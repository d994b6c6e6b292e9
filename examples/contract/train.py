import json
import os
import pathlib

params = json.load(open(os.environ["VARVE_PARAMS"]))
with open(os.environ["VARVE_METRICS"], "a", buffering=1) as metrics:  # line by line
    for step in range(1, params["steps"] + 1):
        print(json.dumps({"step": step, "loss": params["alpha"] / step}), file=metrics)
    print(json.dumps({"tags": {"language": "Python"}}), file=metrics)
summary = pathlib.Path(os.environ["VARVE_ARTIFACTS"], "summary.txt")
summary.write_text(f"alpha was {params['alpha']}\n")
