"""The small worlds that the recorded searches run over: each builder fills an
MLflow store and returns the same rows as Varve would have them."""

import uuid
import random

import sqlalchemy as sa
from mlflow.entities import (
    Dataset, DatasetInput, ExperimentTag, InputTag, LoggedModelParameter, LoggedModelStatus,
    LoggedModelTag, Metric, Param, RunStatus, RunTag,
)
from mlflow.entities.model_registry import ModelVersionTag, RegisteredModelTag
from mlflow.store.model_registry.sqlalchemy_store import SqlAlchemyStore as Registry
from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore as Tracking

NAN, INF = float("nan"), float("inf")
T0 = 1767225600000  # the worlds' first millisecond


def fixed_ids():
    """Random ids, but the same in every run of the generator."""
    rng = random.Random(7)
    uuid.uuid4 = lambda: uuid.UUID(int=rng.getrandbits(128), version=4)


def open_stores(folder):
    uri = f"sqlite:///{folder}/mlflow.db"
    return Tracking(uri, "mlflow-artifacts:/"), Registry(uri)


def number(v):
    """A float as JSON can hold it."""
    return v if v == v and abs(v) != INF else {NAN: "NaN", INF: "Infinity", -INF: "-Infinity"}.get(v, "NaN")


def sql(store, statement, **values):
    with store.engine.begin() as connection:
        connection.execute(sa.text(statement), values)


# Per run: name, user, status, start, end, metrics, params, tags, datasets (name, digest, context).
RUNS = [
    ("base", "ann", "FINISHED", 0, 900, {"loss": 0.5, "acc": 0.9, "f1.score": 0.1}, {"lr": "0.1", "model": "elastic"}, {}, [("wine", "d1", "training")]),
    ("Base", "Ann", "FINISHED", 0, 900, {"loss": 0.5, "acc": 0.8}, {"lr": "0.10", "model": "Elastic"}, {"note": "good"}, [("Wine", "d2", "training")]),
    ("able-fox-1", "ann", "RUNNING", 10, None, {"loss": NAN, "acc": 0.7}, {"lr": "1e-3", "model": ""}, {"note": ""}, []),
    ("able-fox-2", "bob", "FAILED", 10, 20, {"loss": INF}, {"lr": "10"}, {"note": "100%"}, [("wine", "d1", "validation"), ("iris", "d9", None)]),
    ("able-fox-10", "bob", "KILLED", 20, 21, {"loss": -INF, "acc": 1}, {"lr": "9"}, {"note": "100"}, [("iris", "d9", "training")]),
    ("été", "böb", "SCHEDULED", 20, None, {"acc": 0}, {"model": "Œuvre été"}, {"note": "Été"}, [("naïve set", "D1", "TRAINING")]),
    ("ÉTÉ", "BÖB", "FINISHED", 30, 31, {"loss": 0, "acc": -0.5}, {"model": "ŒUVRE ÉTÉ"}, {"note": "it's"}, [("naive_set", "x_1", "eval")]),
    ("quote's", "o'neil", "FINISHED", 30, 35, {"loss": 1e-9}, {"model": "it's", "q": "it''s"}, {"note": 'say "hi"'}, [("C:\\data\\new", "d3", "")]),
    ('double"q', "ann b", "FINISHED", 40, 45, {"loss": 1e300}, {"model": 'say "hi"', "q": "back\\"}, {"note": "back\\"}, []),
    ("under_score", "ann_b", "FINISHED", 40, 45, {"loss": 3}, {"model": "a_b"}, {"note": "a_b"}, [("under_score", "d4", "train_ing")]),
    ("underXscore", "annXb", "FINISHED", 50, 45, {"loss": 3.0000001}, {"model": "aXb"}, {"note": "aXb"}, [("underXscore", "d4", "trainXing")]),
    ("line\nbreak", "tab\tbed", "FINISHED", 60, 61, {"loss": -3}, {"model": "two\nlines"}, {"note": "two\nlines"}, []),
    ("dots", "ann", "FINISHED", 60, 62, {"a.b.c": 1, "a b": 2, "a/b": 3, "a-b": 4}, {"a.b.c": "1", "a b": "2", "a/b": "3", "a-b": "4", "a:b": "5"}, {"a.b.c": "1", "a b": "2", "a/b": "3", "a-b": "4"}, []),
    ("odd keys", "ann", "FINISHED", 70, 72, {"λ": 1, "5": 2, "1st": 3, "in": 4, "_x": 5}, {"λ": "l", "5": "five", "1st": "first", "from": "here", "_x": "u"}, {"λ": "l", "as": "is", "order": "o", "AND": "and"}, []),
    ("plain 15", "ann", "FINISHED", 70, 71, {"loss": 15}, {"lr": "2"}, {"team": "red"}, [("wine", "d5", "training")]),
    ("plain 16", "bob", "FINISHED", 80, 81, {"loss": 16, "acc": NAN}, {"lr": "20"}, {"team": "blue"}, [("wine", "d5", "test"), ("wine", "d1", "training")]),
    ("plain 17", "bob", "FAILED", 80, None, {"acc": 0.7}, {"lr": "3"}, {"team": "Red"}, []),
    ("  spaces  ", "", "FINISHED", 90, 91, {"loss": 0.7, "acc": 0.7}, {"lr": " 0.1 "}, {"team": " red "}, [("", "", "training")]),
    ("%", "%", "FINISHED", 90, 90, {"loss": 0.7}, {"lr": "%"}, {"team": "%"}, []),
    ("bare", "ann", "FINISHED", 100, 101, {}, {}, {}, []),
    ("negative", "ann", "FINISHED", -5, -1, {"loss": -0.7, "acc": -1e-5}, {"lr": "-1"}, {"team": "RED"}, []),
    ("big", "ann", "FINISHED", 100, 101, {"loss": 1.7976931348623157e308}, {"lr": "x" * 300}, {"team": "red red"}, []),
]


def build_runs(store):
    experiments = ["0", store.create_experiment("second")]
    rows = []
    for i, (name, user, status, start, end, metrics, params, tags, datasets) in enumerate(RUNS):
        start, end = T0 + start, None if end is None else T0 + end
        run = store.create_run(experiments[i % 5 == 4], user, start, [RunTag(k, v) for k, v in tags.items()], name)
        rid = run.info.run_id
        # An older, better value each: a search must see the latest.
        points = [Metric(k, 99, 1, 0) for k in metrics] + [Metric(k, v, 2, 1) for k, v in metrics.items()]
        store.log_batch(rid, points, [Param(k, v) for k, v in params.items()], [])
        if datasets:
            store.log_inputs(rid, [
                DatasetInput(Dataset(n, d, "local", "here"), [] if c is None else [InputTag("mlflow.data.context", c)])
                for n, d, c in datasets
            ])
        store.update_run_info(rid, RunStatus.from_string(status), end, None)
        uri = store.get_run(rid).info.artifact_uri
        attributes = {"run_id": rid, "run_name": name, "user_id": user, "status": status, "artifact_uri": uri, "start_time": start}
        if end is not None:
            attributes["end_time"] = end
        rows.append({
            "attributes": attributes, "metrics": {k: number(v) for k, v in metrics.items()}, "params": params,
            "tags": {**tags, "mlflow.runName": name},
            "datasets": [{"name": n, "digest": d, "context": c} for n, d, c in datasets],
        })
    return rows, experiments


EXPERIMENTS = [
    ("wine", {"team": "red", "a b": "1"}), ("Wine", {"team": "Red"}), ("été", {"team": ""}), ("ÉTÉ", {"note": "it's"}),
    ("it's", {"note": "100%"}), ("a_b", {"x.y.z": "1"}), ("aXb", {"x.y.z": "2"}), ("100%", {}), ("back\\", {"team": "blue"}),
]


def build_experiments(store):
    rows = []
    for i, (name, tags) in enumerate([("Default", {})] + EXPERIMENTS):
        eid = store.create_experiment(name, tags=[ExperimentTag(k, v) for k, v in tags.items()]) if i else "0"
        created, updated = T0 + i // 2 * 1000, T0 + 5000 - i // 3 * 1000
        sql(store, "update experiments set creation_time=:c, last_update_time=:u where experiment_id=:i", c=created, u=updated, i=int(eid))
        rows.append({"attributes": {"name": name, "experiment_id": eid, "creation_time": created, "last_update_time": updated}, "tags": tags})
    return rows


PROMPT = "mlflow.prompt.is_prompt"
MODELS = [
    ("wine", {"team": "red"}), ("Wine", {"team": "Red", "a b": "1"}), ("été", {}), ("ÉTÉ", {"team": ""}), ("it's", {"note": "100%"}),
    ("a_b", {"x.y": "1"}), ("aXb", {"x.y": "2", "team": "red"}), ("a prompt", {PROMPT: "true"}), ("b prompt", {PROMPT: "true", "team": "red"}),
    ("no prompt", {PROMPT: "false"}), ("odd prompt", {PROMPT: "True"}),
]


def build_registered_models(registry):
    rows = []
    for i, (name, tags) in enumerate(MODELS):
        registry.create_registered_model(name, [RegisteredModelTag(k, v) for k, v in tags.items()])
        updated = T0 + i // 3 * 1000
        sql(registry, "update registered_models set last_updated_time=:u where name=:n", u=updated, n=name)
        rows.append({"attributes": {"name": name, "last_updated_timestamp": updated}, "tags": tags})
    return rows


# Per version: model, run id, source, tags. All versions of a prompt are prompts.
VERSIONS = [
    ("wine", "a1", "s3://b/wine/1", {"team": "red"}), ("wine", "A1", "s3://b/Wine/2", {}), ("wine", None, "", {"team": "Red", "a b": "1"}),
    ("Wine", "b2", "C:\\new\\x", {"note": "100%"}), ("été", "b_2", "s3://été", {"note": ""}), ("ÉTÉ", "bX2", "s3://ÉTÉ", {"team": "red"}),
    ("it's", "c'3", "it's", {"note": "it's"}), ("a prompt", None, "dummy", {PROMPT: "true"}), ("a prompt", None, "dummy", {PROMPT: "true", "team": "red"}),
    ("no prompt", None, "x", {PROMPT: "false"}),
] + [("a_b", f"r{i}", f"s{i}", {"x.y": str(i)}) for i in range(1, 12)]


def build_model_versions(registry):
    rows = []
    for i, (name, run_id, source, tags) in enumerate(VERSIONS):
        v = registry.create_model_version(name, source, run_id, [ModelVersionTag(k, v) for k, v in tags.items()])
        created, updated = T0 + i // 2 * 1000, T0 + 9000 - i // 4 * 1000
        sql(registry, "update model_versions set creation_time=:c, last_updated_time=:u where name=:n and version=:v", c=created, u=updated, n=name, v=int(v.version))
        attributes = {"name": name, "source_path": source, "version_number": int(v.version), "creation_timestamp": created, "last_updated_timestamp": updated}
        if run_id is not None:
            attributes["run_id"] = run_id
        rows.append({"attributes": attributes, "tags": tags})
    return rows


# Per model: name, type, status, params, tags, points (key, value, time, step, dataset, digest).
LOGGED = [
    ("m one", "Agent", "READY", {"lr": "0.1", "a b": "1"}, {"team": "red"}, [("loss", 0.5, 1, 1, "wine", "d1"), ("loss", 0.3, 2, 2, "iris", "d2")]),
    ("m one", "agent", "READY", {"lr": "0.01"}, {"team": "Red"}, [("loss", 0.9, 5, 1, None, None), ("loss", 0.1, 1, 9, "wine", "d1")]),
    ("été", None, "PENDING", {"lr": "foo"}, {"note": "it's"}, [("loss", 0.9, 5, 1, "wine", "d3")]),
    ("ÉTÉ", "", "FAILED", {}, {}, []),
    ("foo", "llm", "READY", {"x.y.z": "2"}, {"x.y.z": "100%"}, [("acc", 1, 1, 1, "wine", "d1"), ("a b", 2, 1, 1, "iris", "d2")]),
    ("a_b", "llm", "FAILED", {"lr": "0.1"}, {"team": ""}, [("acc", 0, 1, 1, "iris", "d2"), ("loss", -INF, 1, 1, None, None)]),
    ("aXb", "llm", "READY", {"lr": "NULL"}, {"team": "red"}, [("acc", -1, 1, 1, None, None), ("acc", 1, 1, 2, "wine", "d1"), ("loss", INF, 3, 1, "wine", "d1")]),
]


def build_logged_models(store):
    rows = []
    for i, (name, kind, status, params, tags, points) in enumerate(LOGGED):
        run = store.create_run("0", "ann", T0 + i, [], f"r{i}").info.run_id
        model = store.create_logged_model(
            "0", name, run if i % 2 else None, [LoggedModelTag(k, v) for k, v in tags.items()],
            [LoggedModelParameter(k, v) for k, v in params.items()], kind,
        )
        if status != "PENDING":
            store.finalize_logged_model(model.model_id, LoggedModelStatus(status))
        for key, value, time, step, dataset, digest in points:
            store.log_metric(run, Metric(key, value, time, step, model.model_id, dataset, digest, run))
        created, updated = T0 + i // 2 * 1000, T0 + 9000 - i // 3 * 1000
        sql(store, "update logged_models set creation_timestamp_ms=:c, last_updated_timestamp_ms=:u where model_id=:i", c=created, u=updated, i=model.model_id)
        attributes = {
            "name": name, "model_id": model.model_id, "status": status, "experiment_id": "0", "lifecycle_stage": "active",
            "artifact_location": model.artifact_location, "creation_timestamp": created, "last_updated_timestamp": updated,
        }
        if kind is not None:
            attributes["model_type"] = kind
        if i % 2:
            attributes["source_run_id"] = run
        rows.append({
            "attributes": attributes, "params": params, "tags": tags,
            "points": [{"key": k, "value": number(v), "time": t, "step": s, "run": run, "dataset": d or "", "digest": g or ""} for k, v, t, s, d, g in points],
        })
    return rows
