"""What scientists' scripts do with MLflow, done with the real client.

Runs unchanged with mlflow 2.22 and 3.x against the server that
MLFLOW_TRACKING_URI names. Every section asserts what it reads back. For each,
one line is printed: `passed`, `absent` (Varve refuses it, as it should), or
`failed`, and the name of the feature; features_test.go tells them in words.
"""

import sys
import time
import traceback

import autolog
import command
import files
import models
import places
import tracing
import tracking
from common import V3, Absent

SECTIONS = {
    "experiments": tracking.experiments,
    "runs": tracking.runs,
    "nested": tracking.nested,
    "batches": tracking.batches,
    "background": tracking.background,
    "history": tracking.history,
    "inputs": tracking.inputs,
    "searches": tracking.searches,
    "frames": tracking.frames,
    "system-metrics": tracking.system_metrics,
    "links": tracking.links,
    "artifacts": files.artifacts,
    "parts": files.parts,
    "texts": files.texts,
    "images": files.images,
    "tables": files.tables,
    "artifact-root": places.artifact_root,
    "artifacts-destination": places.artifact_destination,
    "models": models.model,
    "registry": models.registry,
    "autolog-sklearn": autolog.sklearn,
    "autolog-lightgbm": autolog.boosting,
    "autolog-statsmodels": autolog.statsmodels_ols,
    "command-experiments": command.command_experiments,
    "command-runs": command.command_runs,
    "command-artifacts": command.command_artifacts,
    "project": command.project,
    "serving": command.serving,
    "traces": tracing.traces,
}
if V3:
    SECTIONS["logged-models"] = models.logged_models
    SECTIONS["autolog-openai"] = tracing.language_model


def main(chosen):
    failed = False
    for name, section in SECTIONS.items():
        if chosen and name not in chosen:
            continue
        began, how = time.monotonic(), "passed"
        try:
            section()
        except Absent:
            how = "absent"
        except Exception:
            how, failed = "failed", True
            traceback.print_exc()
        print(how, name, f"({time.monotonic() - began:.1f} s)", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
