"""Opens tables that Varve has exported, in the folder of its first argument, with pandas."""

import math
import pathlib
import sys

import pandas as pd

here = pathlib.Path(sys.argv[1])


def same(what, got, want):
    if got != want:
        sys.exit(f"{what}: {got!r}, not {want!r}")


A = "0123456789abcdef0123456789abcde1"
runs = pd.read_parquet(here / "runs.parquet").set_index("run")
same("runs", len(runs), 3)
first = runs.loc[A]
same("a run", (first["name"], first["status"], first["experiment"], first["user"], first["params.lr"], first["params.opt/name"], first["tags.team"]), ("first & best", "finished", "lab/wine", "ann", "0.1", "adam é", "red"))
same("a time", first["started"], pd.Timestamp(1_700_000_000_000, unit="ms", tz="UTC"))
same("a metric", first["metrics.train/loss"], 1 / 120)
same("nested", list(runs[runs["parent"] == A]["name"]), ["child"])
same("the trash", sorted(runs["trashed"]), [0, 1, 1])

points = pd.read_parquet(here / "points.parquet")
same("kinds", [str(points[c].dtype) for c in ("step", "value")], ["int64", "float64"])
loss = points[points["metric"] == "train/loss"]
same("points", list(loss["value"]), [1 / (i + 1) for i in range(120)])
same("steps", list(loss["step"]), list(range(120)))
odd = points[points["metric"] == "odd"].sort_values("step")["value"].tolist()
same("odd values", (odd[0], math.isnan(odd[1]), odd[2]), (-math.inf, True, math.inf))
on = points[points["metric"] == "on model"].iloc[0]
same("a point on a model", (on["model"], on["dataset"], on["digest"], on["value"]), ("m-0123456789abcdef0123456789abcdef", "wine", "be9dd889", 0.5))
tags = pd.read_parquet(here / "tags.parquet")
same("a tag", tags[(tags["run"] == A) & (tags["tag"] == "note/long")]["value"].iloc[0], "two\nlines: 'quoted' \"twice\" ü")
same("params", len(pd.read_parquet(here / "params.parquet")), 3)
for name, n in {"experiments": 3, "models": 1, "inputs": 3, "artifacts": 4, "registered": 7}.items():
    same(name, len(pd.read_json(here / f"{name}.json")), n)
print("all as it was")
