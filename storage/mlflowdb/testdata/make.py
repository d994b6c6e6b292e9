"""Logs a little of everything into an MLflow database: make.py DATABASE ARTIFACTS.

make.sh runs it with one MLflow release after the other. What a release does not
know is left out; the test reads the same things back from all of them.
"""

import os
import sys

os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
import numpy

for old in ("object", "bool", "int", "float"):  # names that old releases use, and numpy has dropped
    if old not in numpy.__dict__:
        setattr(numpy, old, getattr(__import__("builtins"), old))
import mlflow
from mlflow.entities import Metric, Param, RunTag
from mlflow.tracking import MlflowClient

database, artifacts = sys.argv[1:]
uri = "sqlite:///" + database
mlflow.set_tracking_uri(uri)
client = MlflowClient(tracking_uri=uri)
START = 1_700_000_000_000


def attempt(what, *args, **kw):
    """Does what this release may not know."""
    try:
        return what(*args, **kw)
    except Exception as e:
        print(mlflow.__version__, getattr(what, "__name__", what), type(e).__name__, str(e)[:80])


wine = client.create_experiment("lab/wine", artifact_location=artifacts)
attempt(lambda: client.set_experiment_tag(wine, "owner", "ann"))
run = client.create_run(wine, start_time=START, tags={"mlflow.runName": "first", "mlflow.user": "ann"}).info
run = getattr(run, "run_id", None) or run.run_uuid
client.log_batch(
    run,
    metrics=[Metric("train/loss", 1 / (i + 1), START + 1000 * i, i) for i in range(20)]
    + [Metric("odd", float("inf"), START, 1), Metric("odd", float("-inf"), START, 2), Metric("odd", float("nan"), START, 3)],
    params=[Param("lr", "0.1"), Param("opt/name", "adam é")],
    tags=[RunTag("note", "two\nlines")],
)
client.set_terminated(run, "FINISHED", START + 60_000)
bad = client.create_run(wine, start_time=START + 5).info
bad = getattr(bad, "run_id", None) or bad.run_uuid
client.set_terminated(bad, "FAILED", START + 6)
client.delete_run(bad)
gone = client.create_experiment("gone", artifact_location=artifacts + "-gone")
client.create_run(gone, start_time=START)
client.delete_experiment(gone)


def dataset():
    from mlflow.entities import Dataset, DatasetInput, InputTag

    client.log_inputs(run, [DatasetInput(Dataset("tiny", "be9dd889", "local", "here.csv", schema="{}", profile="{}"), [InputTag("mlflow.data.context", "training")])])


attempt(dataset)


def logged_model():
    model = client.create_logged_model(wine, name="forest", source_run_id=run, tags={"kind": "rf"}, params={"depth": "7"})
    client.finalize_logged_model(model.model_id, "READY")
    client.log_metric(run, "on model", 0.5, timestamp=START + 7, step=3, model_id=model.model_id, dataset_name="tiny", dataset_digest="be9dd889")
    from mlflow.entities import LoggedModelOutput

    client.log_outputs(run, [LoggedModelOutput(model.model_id, step=3)])


attempt(logged_model)


def registry():
    client.create_registered_model("wine")
    # Of a model that no file belongs to: the place has to be a run's.
    client.create_model_version("wine", artifacts + "/" + run + "/artifacts/model", run)
    attempt(lambda: client.transition_model_version_stage("wine", "1", "Staging"))
    attempt(lambda: client.update_model_version("wine", "1", description="the first"))
    attempt(lambda: client.set_registered_model_tag("wine", "colour", "red"))
    attempt(lambda: client.set_model_version_tag("wine", "1", "checked", "yes"))
    attempt(lambda: client.set_registered_model_alias("wine", "champion", "1"))


attempt(registry)
