"""Experiments, runs, metrics, inputs and searches."""

import contextlib
import io
import json
import math
import os
import sys
import time
import urllib.request

import mlflow
import pandas as pd
from common import client, refused
from mlflow.entities import Metric, Param, RunTag, ViewType
from mlflow.exceptions import MlflowException


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
    data = client.get_run(run.info.run_id).data
    assert math.isnan(data.metrics["nan"])
    assert data.metrics["inf"] == sys.float_info.max and data.metrics["minus"] == -sys.float_info.max
    assert data.metrics["m1499"] == 1499 and data.params["p249"] == "249" and data.params["empty"] == ""


def nested():
    experiment = mlflow.set_experiment("nested").experiment_id
    with mlflow.start_run(run_name="outer") as outer:
        for i in range(2):
            with mlflow.start_run(run_name=f"inner-{i}", nested=True) as inner:
                mlflow.log_metric("i", i)
                with mlflow.start_run(run_name=f"innermost-{i}", nested=True) as innermost:
                    mlflow.log_param("depth", 2)
            assert client.get_run(innermost.info.run_id).data.tags["mlflow.parentRunId"] == inner.info.run_id
    found = client.search_runs([experiment], f"tags.mlflow.parentRunId = '{outer.info.run_id}'", order_by=["run_name"])
    assert [r.info.run_name for r in found] == ["inner-0", "inner-1"]


def background():
    mlflow.set_experiment("background")
    with mlflow.start_run() as run:
        for i in range(10):
            mlflow.log_metric("later", i, step=i, synchronous=False)
        mlflow.log_params({"async": "yes"}, synchronous=False).wait()
        mlflow.set_tag("t", "v", synchronous=False)
        now = int(time.time() * 1000)
        for start in range(0, 5000, 500):
            points = [Metric("batch", i, now, i) for i in range(start, start + 500)]
            client.log_batch(run.info.run_id, metrics=points, synchronous=False)
        refusal = client.log_batch(run.info.run_id, params=[Param("async", "no")], synchronous=False)
        try:
            refusal.wait()
            raise AssertionError("a param was changed")
        except MlflowException as e:
            assert "INVALID_PARAMETER_VALUE: Changing param values is not allowed" in str(e), e
        mlflow.flush_async_logging()
        data = client.get_run(run.info.run_id).data
        assert data.params == {"async": "yes"} and data.tags["t"] == "v" and data.metrics == {"later": 9, "batch": 4999}, data
    assert [p.step for p in client.get_metric_history(run.info.run_id, "batch")] == list(range(5000))
    mlflow.config.enable_async_logging()
    try:
        with mlflow.start_run() as run:
            mlflow.log_metric("m", 1)
            mlflow.log_param("p", "v")
    finally:
        mlflow.config.enable_async_logging(False)
    mlflow.flush_async_logging()
    data = client.get_run(run.info.run_id).data
    assert data.metrics == {"m": 1} and data.params == {"p": "v"}


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
    refused("INVALID_PARAMETER_VALUE", client.search_runs, [experiment], "metrics.rmse <> 'x'")


def frames():
    experiment = mlflow.get_experiment_by_name("searches").experiment_id
    frame = mlflow.search_runs([experiment], order_by=["metrics.rmse"], max_results=7)
    assert list(frame["metrics.rmse"]) == [1 / (i + 1) for i in range(24, 17, -1)] and frame["params.alpha"][0] == "4"
    assert str(frame["start_time"].dtype).startswith("datetime64[") and set(frame["status"]) == {"FINISHED"}
    assert len(mlflow.search_runs(search_all_experiments=True, filter_string="metrics.rmse > 0 AND tags.even LIKE '%'")) == 25
    assert len(mlflow.search_runs(experiment_names=["searches"], filter_string="metrics.rmse > 2")) == 0
    assert len(mlflow.search_runs([experiment], output_format="list")) == 25


def system_metrics():
    mlflow.set_experiment("system")
    mlflow.set_system_metrics_sampling_interval(0.1)
    mlflow.set_system_metrics_samples_before_logging(1)
    want = {"system/cpu_utilization_percentage", "system/system_memory_usage_megabytes", "system/disk_usage_percentage"}
    with mlflow.start_run(log_system_metrics=True) as run:
        deadline = time.monotonic() + 60
        while not want <= client.get_run(run.info.run_id).data.metrics.keys():
            assert time.monotonic() < deadline, "no system metrics were logged"
            time.sleep(0.1)
    assert client.get_metric_history(run.info.run_id, "system/cpu_utilization_percentage")


def links():
    mlflow.set_experiment("links")
    os.environ.pop("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", None)
    said = io.StringIO()
    with contextlib.redirect_stdout(said), mlflow.start_run() as run:
        pass
    os.environ["MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT"] = "true"
    address = mlflow.get_tracking_uri()
    assert f"{address}/#/experiments/{run.info.experiment_id}/runs/{run.info.run_id}" in said.getvalue(), said.getvalue()
    with urllib.request.urlopen(address + "/") as page:
        assert page.headers["Content-Type"].startswith("text/html")
