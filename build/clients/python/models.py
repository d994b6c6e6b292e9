"""Models: logged, loaded, registered."""

import json
import os

import mlflow
import numpy as np
import pandas as pd
from common import V3, client, refused
from sklearn.linear_model import ElasticNet, Ridge


def fit():
    x = pd.DataFrame({"a": np.arange(20.0), "b": np.arange(20.0) ** 2})
    return x, ElasticNet(alpha=0.01, max_iter=10_000).fit(x, x["a"] * 2 + x["b"])


def model():
    mlflow.set_experiment("models")
    x, fitted = fit()
    with mlflow.start_run() as run:
        where = {"name": "net"} if V3 else {"artifact_path": "net"}
        info = mlflow.sklearn.log_model(fitted, **where, input_example=x.head(2), pip_requirements=["scikit-learn"])
        by_run = mlflow.sklearn.load_model(f"runs:/{run.info.run_id}/net")
    assert np.allclose(by_run.predict(x), fitted.predict(x))
    uris = [info.model_uri, f"runs:/{run.info.run_id}/net"]
    if not V3:
        (entry,) = json.loads(client.get_run(run.info.run_id).data.tags["mlflow.log-model.history"])
        assert entry["artifact_path"] == "net" and "sklearn" in entry["flavors"]
        assert "MLmodel" in [os.path.basename(f.path) for f in client.list_artifacts(run.info.run_id, "net")]
    for uri in uris:
        assert np.allclose(mlflow.pyfunc.load_model(uri).predict(x), fitted.predict(x)), uri
        assert np.allclose(mlflow.sklearn.load_model(uri).predict(x), fitted.predict(x)), uri
    assert mlflow.models.get_model_info(info.model_uri).signature is not None

    class Twice(mlflow.pyfunc.PythonModel):
        def predict(self, context, model_input, params=None):
            return model_input * 2

    where = {"name": "twice"} if V3 else {"artifact_path": "twice"}
    with mlflow.start_run():
        own = mlflow.pyfunc.log_model(**where, python_model=Twice(), pip_requirements=["numpy"])
    assert list(mlflow.pyfunc.load_model(own.model_uri).predict(np.array([1.0, 2.0]))) == [2.0, 4.0]


def logged_models():
    mlflow.set_experiment("logged models")
    x, fitted = fit()
    with mlflow.start_run() as run:
        mlflow.log_param("alpha", 0.01)
        info = mlflow.sklearn.log_model(fitted, name="net", pip_requirements=["scikit-learn"])
    assert info.model_id.startswith("m-")
    assert np.allclose(mlflow.pyfunc.load_model(f"models:/{info.model_id}").predict(x), fitted.predict(x))
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
