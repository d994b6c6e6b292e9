"""Opens a folder that Varve has exported, as its first argument, with MLflow's own file store."""

import math
import sys
import warnings

warnings.simplefilter("ignore")

import mlflow
from mlflow import MlflowClient

three = int(mlflow.__version__.split(".")[0]) >= 3
uri = "file://" + sys.argv[1]
mlflow.set_tracking_uri(uri)
mlflow.set_registry_uri(uri)
client = MlflowClient()


def same(what, got, want):
    if got != want:
        sys.exit(f"{what}: {got!r}, not {want!r}")


A, B, MODEL = "0123456789abcdef0123456789abcde1", "0123456789abcdef0123456789abcde2", "m-0123456789abcdef0123456789abcdef"
by_name = {e.name: e for e in client.search_experiments(view_type=mlflow.entities.ViewType.ALL)}
same("experiments", sorted(by_name), ["Default", "gone", "lab/wine"])
same("tags of an experiment", by_name["lab/wine"].tags, {"owner": "ann"})
same("the trash", by_name["gone"].lifecycle_stage, "deleted")

found = mlflow.search_runs(experiment_names=["lab/wine"], filter_string="params.lr = '0.1' and metrics.`train/loss` < 0.01")
same("runs", list(found["run_id"]), [A])
same("a param", found["params.opt/name"].iloc[0], "adam é")
run = client.get_run(A)
same("the name", run.info.run_name, "first & best")
same("the status", (run.info.status, run.info.start_time, run.info.end_time), ("FINISHED", 1_700_000_000_000, 1_700_000_120_000))
same("a tag", run.data.tags["note/long"], "two\nlines: 'quoted' \"twice\" ü")
same("an empty param", run.data.params["empty"], "")
loss = client.get_metric_history(A, "train/loss")
same("points", [(m.step, m.timestamp, m.value) for m in loss], [(i, 1_700_000_000_000 + i * 1000, 1 / (i + 1)) for i in range(120)])
odd = sorted(client.get_metric_history(A, "odd"), key=lambda m: m.step)
same("steps of odd values", [m.step for m in odd], [-2, 0, 1])
same("odd values", [odd[0].value, math.isnan(odd[1].value), odd[2].value], [-math.inf, True, math.inf])
same("a point on a model", [(m.step, m.value) for m in client.get_metric_history(A, "on model")], [(3, 0.5)])
dataset = run.inputs.dataset_inputs[0]
same("a data set", (dataset.dataset.name, dataset.dataset.digest, dataset.tags[0].value), ("wine", "be9dd889", "training"))
if three:  # MLflow 2 opens no run that read a logged model
    child = client.get_run(B)
    same("a nested run", (child.data.tags["mlflow.parentRunId"], child.info.lifecycle_stage), (A, "deleted"))

same("artifacts", sorted(a.path for a in client.list_artifacts(A)), ["empty", "plot.png", "sub"])
same("a text", mlflow.artifacts.load_text(f"runs:/{A}/sub/deep/text.txt"), "hello\n")
if three:
    same("outputs", [(o.model_id, o.step) for o in run.outputs.model_outputs], [(MODEL, 3)])
    same("inputs", [i.model_id for i in child.inputs.model_inputs], [MODEL])
    logged = client.get_logged_model(MODEL)
    same("a logged model", (logged.name, logged.params, logged.tags["kind"], logged.source_run_id), ("forest", {"depth": "7"}, "rf", A))
    same("its points", [(m.key, m.step, m.value, m.dataset_name) for m in logged.metrics], [("on model", 3, 0.5, "wine")])

wine = client.get_registered_model("wine")
same("a registered model", (wine.description, wine.tags, wine.aliases["champion"]), ("of the *lab*:\ntwo lines", {"colour": "red"}, "2" if isinstance(wine.aliases["champion"], str) else 2))
same("versions", sorted((int(v.version), v.current_stage) for v in client.search_model_versions("name = 'wine'")), [(1, "Archived"), (2, "Production"), (4, "None")])
same("an alias", int(client.get_model_version_by_alias("wine", "champion").version), 2)
loaded = ["models:/wine/1", "models:/wine@champion"] if three else ["models:/wine/1"]  # MLflow 2 knows no logged models
for at in loaded:
    same(at, list(mlflow.pyfunc.load_model(at).predict([1, 2])), [2, 4])

with mlflow.start_run(run_id=A):
    mlflow.log_metric("train/loss", 0.5, step=500)
same("it can be gone on with", len(client.get_metric_history(A, "train/loss")), 121)
print("all as it was")
