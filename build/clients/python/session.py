"""What scientists' scripts do with MLflow, done with the real client.

Runs unchanged with mlflow 2.22 and 3.x against the server that
MLFLOW_TRACKING_URI names. Every section asserts what it reads back; the name of
a section is printed when it has passed. The first failure ends the program.
"""

import json
import math
import os
import sys
import tempfile
import time
import warnings

warnings.filterwarnings("ignore")

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import mlflow
import numpy as np
import pandas as pd
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag, ViewType
from mlflow.exceptions import MlflowException
from sklearn.linear_model import ElasticNet, Ridge
from sklearn.model_selection import GridSearchCV

V3 = mlflow.__version__.startswith("3.")
client = MlflowClient()


def refused(code, call, *args, **kwargs):
    """Calls what must be refused with an error code, and at once: a client that
    takes the refusal for a breakdown repeats its request for minutes."""
    began = time.monotonic()
    try:
        call(*args, **kwargs)
    except MlflowException as e:
        assert e.error_code == code, f"{e.error_code}: {e}"
        assert time.monotonic() - began < 20, "the client repeated its request"
        return str(e)
    raise AssertionError(f"{call} was not refused")


def experiments():
    e = mlflow.set_experiment("field")
    assert mlflow.set_experiment("field").experiment_id == e.experiment_id
    assert mlflow.get_experiment_by_name("field").artifact_location == f"mlflow-artifacts:/{e.experiment_id}"
    assert mlflow.get_experiment_by_name("nobody") is None
    mlflow.set_experiment_tags({"team": "lake", "note": "ü"})
    assert client.get_experiment(e.experiment_id).tags == {"team": "lake", "note": "ü"}
    other = mlflow.create_experiment("other", tags={"k": "v"})
    refused("RESOURCE_ALREADY_EXISTS", mlflow.create_experiment, "other")
    client.rename_experiment(other, "renamed")
    client.delete_experiment(other)
    assert client.get_experiment(other).lifecycle_stage == "deleted"
    refused("RESOURCE_ALREADY_EXISTS", mlflow.create_experiment, "renamed")
    assert [x.name for x in client.search_experiments(view_type=ViewType.DELETED_ONLY)] == ["renamed"]
    client.restore_experiment(other)
    names = [x.name for x in client.search_experiments(order_by=["name ASC"])]
    assert names == ["Default", "field", "renamed"], names
    assert [x.name for x in client.search_experiments(filter_string="tags.team = 'lake'")] == ["field"]
    page = client.search_experiments(max_results=2, order_by=["name"])
    rest = client.search_experiments(max_results=2, order_by=["name"], page_token=page.token)
    assert [x.name for x in page + rest] == names and not rest.token
    refused("RESOURCE_DOES_NOT_EXIST", client.get_experiment, "987654321")


def runs():
    mlflow.set_experiment("field")
    with mlflow.start_run(run_name="outer", tags={"stage": "one"}, description="what it is") as outer:
        mlflow.log_param("lr", 0.1)
        mlflow.log_params({"depth": 3, "name": "ü \"quoted\"\n", "long": "x" * 6000})
        mlflow.log_metric("loss", 0.5, step=1)
        mlflow.log_metric("loss", 0.25, step=2)
        mlflow.log_metrics({"acc": 0.9, "f1": 0.8}, step=7)
        mlflow.set_tag("colour", "blue")
        mlflow.set_tags({"a": 1, "b": "two"})
        mlflow.delete_tag("b")
        for i in range(2):
            with mlflow.start_run(run_name=f"inner-{i}", nested=True) as inner:
                mlflow.log_metric("i", i)
            assert client.get_run(inner.info.run_id).data.tags["mlflow.parentRunId"] == outer.info.run_id
        refused("INVALID_PARAMETER_VALUE", mlflow.log_param, "lr", 0.2)
    run = client.get_run(outer.info.run_id)
    assert run.info.status == "FINISHED" and run.info.end_time >= run.info.start_time
    assert run.info.run_name == "outer" and run.data.tags["mlflow.runName"] == "outer"
    assert run.data.params == {"lr": "0.1", "depth": "3", "name": "ü \"quoted\"\n", "long": "x" * 6000}, run.data.params
    assert run.data.metrics == {"loss": 0.25, "acc": 0.9, "f1": 0.8}
    tags = {k: v for k, v in run.data.tags.items() if not k.startswith("mlflow.")}
    assert tags == {"stage": "one", "colour": "blue", "a": "1"}, tags
    assert run.data.tags["mlflow.note.content"] == "what it is" and run.data.tags["mlflow.user"]
    assert [p.step for p in client.get_metric_history(run.info.run_id, "loss")] == [1, 2]

    with mlflow.start_run(run_id=run.info.run_id):
        mlflow.log_metric("loss", 0.125, step=3)
    assert client.get_run(run.info.run_id).data.metrics["loss"] == 0.125
    client.update_run(run.info.run_id, name="again")
    assert client.get_run(run.info.run_id).info.run_name == "again"
    try:
        with mlflow.start_run() as failed:
            raise KeyError("as planned")
    except KeyError:
        assert client.get_run(failed.info.run_id).info.status == "FAILED"
    client.set_terminated(failed.info.run_id, "KILLED")
    assert client.get_run(failed.info.run_id).info.status == "KILLED"

    client.delete_run(failed.info.run_id)
    assert client.get_run(failed.info.run_id).info.lifecycle_stage == "deleted"
    refused("INVALID_PARAMETER_VALUE", client.log_metric, failed.info.run_id, "m", 1)
    client.restore_run(failed.info.run_id)
    client.log_metric(failed.info.run_id, "m", 1)
    refused("RESOURCE_DOES_NOT_EXIST", client.get_run, "0" * 32)
    refused("INVALID_PARAMETER_VALUE", client.log_metric, failed.info.run_id, "a#b", 1)


def batches():
    mlflow.set_experiment("batches")
    with mlflow.start_run() as run:
        now = int(time.time() * 1000)
        client.log_batch(
            run.info.run_id,
            metrics=[Metric("nan", math.nan, now, 0), Metric("inf", math.inf, now, 0), Metric("minus", -math.inf, now, -5)],
            params=[Param("p", "1"), Param("empty", "")],
            tags=[RunTag("t", "v")],
        )
        mlflow.log_metrics({f"m{i}": i for i in range(1500)})
        mlflow.log_params({f"p{i}": i for i in range(250)})
        for i in range(10):
            mlflow.log_metric("later", i, step=i, synchronous=False)
        mlflow.log_params({"async": "yes"}, synchronous=False).wait()
        mlflow.flush_async_logging()
    data = client.get_run(run.info.run_id).data
    assert math.isnan(data.metrics["nan"])
    assert data.metrics["inf"] == sys.float_info.max and data.metrics["minus"] == -sys.float_info.max
    assert data.metrics["m1499"] == 1499 and data.params["p249"] == "249" and data.params["empty"] == ""
    assert data.params["async"] == "yes" and len(client.get_metric_history(run.info.run_id, "later")) == 10


def history():
    mlflow.set_experiment("batches")
    with mlflow.start_run() as run:
        for start in range(0, 30_000, 1000):
            points = [Metric("loss", 1 / (i + 1), 1_700_000_000_000 + i, i) for i in range(start, start + 1000)]
            client.log_batch(run.info.run_id, metrics=points)
    got = client.get_metric_history(run.info.run_id, "loss")
    assert [p.step for p in got] == list(range(30_000))
    assert all(p.value == 1 / (p.step + 1) for p in got)
    assert client.get_run(run.info.run_id).data.metrics["loss"] == 1 / 30_000


def artifacts():
    mlflow.set_experiment("field")
    with tempfile.TemporaryDirectory() as folder, mlflow.start_run() as run:
        with open(os.path.join(folder, "ü and space 100%.bin"), "wb") as f:
            f.write(os.urandom(3_000_000))
        os.makedirs(os.path.join(folder, "sub", "deep"))
        for i in range(20):
            with open(os.path.join(folder, "sub", "deep", f"{i}.txt"), "w") as f:
                f.write("line\n" * i)
        mlflow.log_artifact(os.path.join(folder, "ü and space 100%.bin"), "single")
        mlflow.log_artifacts(folder, "tree")
        mlflow.log_text("hello", "notes/hello.txt")
        mlflow.log_dict({"a": [1, 2]}, "config.json")
        mlflow.log_dict({"a": [1, 2]}, "config.yaml")
        figure, axes = plt.subplots()
        axes.plot([1, 2, 3])
        mlflow.log_figure(figure, "plots/figure.png")
        mlflow.log_image(np.zeros((8, 8, 3), dtype=np.uint8), "image.png")
        mlflow.log_image(np.zeros((8, 8, 3), dtype=np.uint8), key="steps/loss", step=1)
        mlflow.log_table({"q": ["a"], "r": [1]}, "table.json")
        mlflow.log_table({"q": ["b"], "r": [2]}, "table.json")
        id = run.info.run_id
        names = sorted(f.path for f in client.list_artifacts(id))
        assert names == ["config.json", "config.yaml", "image.png", "images", "notes", "plots", "single", "table.json", "tree"], names
        assert [(f.path, f.file_size) for f in client.list_artifacts(id, "single")] == [("single/ü and space 100%.bin", 3_000_000)]
        assert len(client.list_artifacts(id, "tree/sub/deep")) == 20
        assert mlflow.artifacts.load_text(f"runs:/{id}/notes/hello.txt") == "hello"
        assert mlflow.artifacts.load_dict(run.info.artifact_uri + "/config.json") == {"a": [1, 2]}
        assert len(mlflow.load_table("table.json", run_ids=[id])) == 2
        with tempfile.TemporaryDirectory() as back:
            mlflow.artifacts.download_artifacts(run_id=id, artifact_path="tree", dst_path=back)
            for name in ["ü and space 100%.bin", "sub/deep/7.txt"]:
                with open(os.path.join(folder, name), "rb") as a, open(os.path.join(back, "tree", name), "rb") as b:
                    assert a.read() == b.read(), name
        try:
            mlflow.artifacts.download_artifacts(run_id=id, artifact_path="nothing")
            raise AssertionError("a missing artifact was downloaded")
        except (MlflowException, OSError):
            pass
        repository = mlflow.store.artifact.artifact_repository_registry.get_artifact_repository(run.info.artifact_uri)
        repository.delete_artifacts("tree/sub")
        assert [f.path for f in client.list_artifacts(id, "tree")] == ["tree/ü and space 100%.bin"]


def inputs():
    mlflow.set_experiment("field")
    frame = pd.DataFrame({"x": [1.0, 2.0, 3.0], "y": [0, 1, 0]})
    data = mlflow.data.from_pandas(frame, name="wine", targets="y")
    with mlflow.start_run() as run:
        mlflow.log_input(data, context="training", tags={"origin": "lake"})
        mlflow.log_input(data, context="training", tags={"origin": "lake"})
    (logged,) = client.get_run(run.info.run_id).inputs.dataset_inputs
    assert logged.dataset.name == "wine" and logged.dataset.digest == data.digest
    assert json.loads(logged.dataset.schema)["mlflow_colspec"]
    assert {t.key: t.value for t in logged.tags} == {"mlflow.data.context": "training", "origin": "lake"}
    found = client.search_runs([run.info.experiment_id], "dataset.name = 'wine' AND dataset.context = 'training'")
    assert [r.info.run_id for r in found] == [run.info.run_id]


def model():
    mlflow.set_experiment("models")
    x = pd.DataFrame({"a": np.arange(20.0), "b": np.arange(20.0) ** 2})
    y = x["a"] * 2 + x["b"]
    fitted = ElasticNet(alpha=0.01, max_iter=10_000).fit(x, y)
    with mlflow.start_run() as run:
        mlflow.log_param("alpha", 0.01)
        where = {"name": "net"} if V3 else {"artifact_path": "net"}
        info = mlflow.sklearn.log_model(fitted, **where, input_example=x.head(2), pip_requirements=["scikit-learn"])
        by_run = mlflow.sklearn.load_model(f"runs:/{run.info.run_id}/net")
    uris = [info.model_uri, f"runs:/{run.info.run_id}/net"]
    assert np.allclose(by_run.predict(x), fitted.predict(x))
    if V3:
        assert info.model_id.startswith("m-")
        uris.append(f"models:/{info.model_id}")
        logged = mlflow.get_logged_model(info.model_id)
        assert logged.status == "READY" and logged.params == {"alpha": "0.01"} and logged.source_run_id == run.info.run_id
        assert [o.model_id for o in client.get_run(run.info.run_id).outputs.model_outputs] == [info.model_id]
        data = mlflow.data.from_pandas(x, name="wine")
        with mlflow.start_run(run_id=run.info.run_id):
            mlflow.log_metric("rmse", 0.5, step=1, model_id=info.model_id, dataset=data)
            mlflow.log_metric("rmse", 0.25, step=2, model_id=info.model_id, dataset=data)
        mlflow.set_logged_model_tags(info.model_id, {"stage": "try"})
        experiment = logged.experiment_id
        found = mlflow.search_logged_models(
            [experiment], "metrics.rmse < 0.3 AND tags.stage = 'try' AND name = 'net'", datasets=[{"dataset_name": "wine"}],
            order_by=[{"field_name": "metrics.rmse", "ascending": False}], output_format="list",
        )
        assert [m.model_id for m in found] == [info.model_id]
        assert {m.value for m in found[0].metrics} == {0.5, 0.25}
        others = [mlflow.create_external_model(name=f"ext-{i}", experiment_id=experiment).model_id for i in range(3)]
        page = client.search_logged_models([experiment], max_results=2)
        rest = client.search_logged_models([experiment], max_results=2, page_token=page.token)
        assert {m.model_id for m in page + rest} == {info.model_id, *others}
        mlflow.delete_logged_model_tag(info.model_id, "stage")
        client.delete_logged_model(others[0])
        refused("RESOURCE_DOES_NOT_EXIST", client.get_logged_model, others[0])
        refused("RESOURCE_DOES_NOT_EXIST", client.get_logged_model, "m-" + "0" * 32)
    else:
        (entry,) = json.loads(client.get_run(run.info.run_id).data.tags["mlflow.log-model.history"])
        assert entry["artifact_path"] == "net" and "sklearn" in entry["flavors"]
        assert "MLmodel" in [os.path.basename(f.path) for f in client.list_artifacts(run.info.run_id, "net")]
    for uri in uris:
        assert np.allclose(mlflow.pyfunc.load_model(uri).predict(x), fitted.predict(x)), uri
        assert np.allclose(mlflow.sklearn.load_model(uri).predict(x), fitted.predict(x)), uri
    assert mlflow.models.get_model_info(info.model_uri).signature is not None


def searches():
    experiment = mlflow.set_experiment("searches").experiment_id
    for i in range(25):
        with mlflow.start_run(run_name=f"r{i:02}", tags={"even": str(i % 2 == 0)}):
            mlflow.log_metric("rmse", 1 / (i + 1))
            mlflow.log_param("alpha", str(i % 5))
            assert client.search_runs([experiment], f"metrics.rmse <= {1 / (i + 1)}")[0].info.run_name == f"r{i:02}"
    found = client.search_runs([experiment], "metrics.rmse < 0.1 AND params.alpha = '3' AND tags.even = 'True'", order_by=["metrics.rmse ASC"])
    assert [r.info.run_name for r in found] == ["r18"], found
    found = client.search_runs([experiment], "attributes.run_name LIKE 'r1%' AND status = 'FINISHED'", order_by=["params.alpha DESC", "run_name"])
    assert [r.info.run_name for r in found] == ["r14", "r19", "r13", "r18", "r12", "r17", "r11", "r16", "r10", "r15"]
    ids = [r.info.run_id for r in found[:3]]
    assert {r.info.run_id for r in client.search_runs([experiment], f"run_id IN ('{ids[0]}', '{ids[2]}')")} == {ids[0], ids[2]}
    names, token = [], None
    while True:
        page = client.search_runs([experiment], max_results=4, order_by=["metrics.rmse DESC"], page_token=token)
        names += [r.info.run_name for r in page]
        token = page.token
        if not token:
            break
    assert names == [f"r{i:02}" for i in range(25)]
    frame = mlflow.search_runs([experiment], order_by=["metrics.rmse"], max_results=7)
    assert list(frame["metrics.rmse"]) == [1 / (i + 1) for i in range(24, 17, -1)] and frame["params.alpha"][0] == "4"
    assert len(mlflow.search_runs(search_all_experiments=True, filter_string="metrics.rmse > 0 AND tags.even LIKE '%'")) == 25
    refused("INVALID_PARAMETER_VALUE", client.search_runs, [experiment], "metrics.rmse <> 'x'")


def autolog():
    mlflow.set_experiment("autolog")
    x, y = np.arange(60.0).reshape(30, 2), np.arange(30.0)
    mlflow.sklearn.autolog(max_tuning_runs=3)
    try:
        with mlflow.start_run() as single:
            Ridge(alpha=0.5).fit(x, y)
        with mlflow.start_run() as grid:
            GridSearchCV(Ridge(), {"alpha": [0.1, 1.0, 10.0, 100.0]}, cv=2).fit(x, y)
    finally:
        mlflow.sklearn.autolog(disable=True)
    run = client.get_run(single.info.run_id)
    assert run.data.params["alpha"] == "0.5" and "training_r2_score" in run.data.metrics
    assert run.data.tags["estimator_name"] == "Ridge" and len(run.inputs.dataset_inputs) == 1
    assert np.allclose(mlflow.sklearn.load_model(f"runs:/{single.info.run_id}/model").predict(x), Ridge(alpha=0.5).fit(x, y).predict(x))
    children = client.search_runs([grid.info.experiment_id], f"tags.mlflow.parentRunId = '{grid.info.run_id}'")
    assert len(children) == 3 and all(c.info.status == "FINISHED" for c in children)
    assert client.get_run(grid.info.run_id).data.metrics["best_cv_score"] is not None


def registry():
    mlflow.set_experiment("models")
    x = pd.DataFrame({"a": np.arange(20.0)})
    y = x["a"] * 2
    fitted = Ridge(alpha=0.01).fit(x, y)
    where = {"name": "net"} if V3 else {"artifact_path": "net"}
    with mlflow.start_run() as run:
        info = mlflow.sklearn.log_model(fitted, **where, registered_model_name="lake", pip_requirements=["scikit-learn"])
    id = run.info.run_id
    assert str(info.registered_model_version) == "1", info.registered_model_version
    assert str(mlflow.register_model(f"runs:/{id}/net", "lake", tags={"k": "v"}).version) == "2"
    first, second = client.get_model_version("lake", "1"), client.get_model_version("lake", "2")
    assert (first.run_id, second.run_id, second.status, second.tags) == (id, id, "READY", {"k": "v"}), (first, second)
    client.set_registered_model_alias("lake", "champion", "2")
    assert client.get_model_version_by_alias("lake", "champion").version == second.version
    assert client.get_registered_model("lake").aliases == {"champion": "2"}
    client.transition_model_version_stage("lake", "1", "Production")
    client.transition_model_version_stage("lake", "2", "Production", archive_existing_versions=True)
    assert client.get_model_version("lake", "1").current_stage == "Archived"
    assert {v.version for v in client.get_latest_versions("lake", ["Production"])} == {second.version}
    for uri in ["models:/lake/1", "models:/lake@champion", "models:/lake/Production", "models:/lake/latest"]:
        assert np.allclose(mlflow.pyfunc.load_model(uri).predict(x), fitted.predict(x)), uri
        assert np.allclose(mlflow.sklearn.load_model(uri).predict(x), fitted.predict(x)), uri
    assert mlflow.models.get_model_info("models:/lake@champion").flavors["sklearn"]
    client.update_registered_model("lake", description="levels")
    client.update_model_version("lake", "1", description="the first")
    client.set_registered_model_tag("lake", "team", "a")
    client.set_model_version_tag("lake", "1", "checked", "yes")
    found = client.get_registered_model("lake")
    assert found.description == "levels" and found.tags == {"team": "a"} and found.last_updated_timestamp >= found.creation_timestamp
    client.delete_registered_model_tag("lake", "team")
    client.delete_model_version_tag("lake", "1", "checked")
    client.delete_registered_model_alias("lake", "champion")
    refused("INVALID_PARAMETER_VALUE", client.get_model_version_by_alias, "lake", "champion")

    for i in range(7):
        client.create_registered_model(f"pond-{i}", tags={"even": str(i % 2 == 0)})
        client.create_model_version(f"pond-{i}", f"s3://bucket/pond-{i}")
    refused("RESOURCE_ALREADY_EXISTS", client.create_registered_model, "pond-1")
    names, token = [], None
    while True:
        page = client.search_registered_models("name LIKE 'pond-%'", max_results=3, order_by=["name DESC"], page_token=token)
        names += [m.name for m in page]
        token = page.token
        if not token:
            break
    assert names == [f"pond-{i}" for i in reversed(range(7))], names
    assert [m.name for m in client.search_registered_models("tags.even = 'False'")] == ["pond-1", "pond-3", "pond-5"]
    versions = client.search_model_versions("name = 'lake'", order_by=["version_number ASC"])
    assert [(str(v.version), v.description) for v in versions][0] == ("1", "the first") and len(versions) == 2
    page = client.search_model_versions("source_path LIKE 's3:%'", max_results=5, order_by=["name"])
    rest = client.search_model_versions("source_path LIKE 's3:%'", max_results=5, order_by=["name"], page_token=page.token)
    assert [v.name for v in page + rest] == [f"pond-{i}" for i in range(7)] and not rest.token
    assert len(client.search_model_versions(f"run_id = '{id}'")) == 2

    client.rename_registered_model("lake", "sea")
    refused("RESOURCE_DOES_NOT_EXIST", client.get_registered_model, "lake")
    assert np.allclose(mlflow.pyfunc.load_model("models:/sea/2").predict(x), fitted.predict(x))
    copied = client.copy_model_version("models:/sea/2", "copy")
    assert copied.name == "copy" and np.allclose(mlflow.pyfunc.load_model("models:/copy/1").predict(x), fitted.predict(x))
    client.delete_model_version("sea", "2")
    refused("RESOURCE_DOES_NOT_EXIST", client.get_model_version, "sea", "2")
    client.delete_registered_model("sea")
    refused("RESOURCE_DOES_NOT_EXIST", client.get_registered_model, "sea")
    refused("INVALID_PARAMETER_VALUE", client.create_model_version, "copy", "/etc/passwd")
    refused("INVALID_PARAMETER_VALUE", client.create_model_version, "copy", f"mlflow-artifacts:/0/{id}/artifacts/../../x", run_id=id)


SECTIONS = [experiments, runs, batches, history, artifacts, inputs, model, searches, registry, autolog]

if __name__ == "__main__":
    chosen = sys.argv[1:]
    for section in SECTIONS:
        if not chosen or section.__name__ in chosen:
            section()
            print("passed", section.__name__, flush=True)
