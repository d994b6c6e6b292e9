"""What libraries log by themselves."""

import lightgbm
import mlflow
import numpy as np
import statsmodels.api
from common import client
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV


def sklearn():
    mlflow.set_experiment("sklearn")
    x, y = np.arange(60.0).reshape(30, 2), np.arange(30.0)
    mlflow.sklearn.autolog(max_tuning_runs=3)
    try:
        with mlflow.start_run() as single:
            Ridge(alpha=0.5).fit(x, y)
        mlflow.sklearn.autolog(max_tuning_runs=3, log_models=False)  # each takes seconds
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


def boosting():
    mlflow.set_experiment("boosting")
    generator = np.random.default_rng(1)
    x = generator.normal(size=(200, 4))
    y = (x[:, 0] > 0).astype(int)
    mlflow.lightgbm.autolog()
    try:
        with mlflow.start_run() as run:
            train, held = lightgbm.Dataset(x[:150], y[:150]), lightgbm.Dataset(x[150:], y[150:])
            booster = lightgbm.train(
                {"objective": "binary", "num_leaves": 4, "verbosity": -1, "num_threads": 1}, train,
                num_boost_round=12, valid_sets=[held], valid_names=["held"],
            )
    finally:
        mlflow.lightgbm.autolog(disable=True)
    found = client.get_run(run.info.run_id)
    assert found.data.params["num_leaves"] == "4" and found.data.params["num_boost_round"] == "12"
    assert len(client.get_metric_history(run.info.run_id, "held-binary_logloss")) == 12
    assert {f.path for f in client.list_artifacts(run.info.run_id)} >= {"feature_importance_gain.png", "feature_importance_split.json"}
    assert np.allclose(mlflow.lightgbm.load_model(f"runs:/{run.info.run_id}/model").predict(x), booster.predict(x))
    assert np.allclose(mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/model").predict(x), booster.predict(x))


def statsmodels_ols():
    mlflow.set_experiment("statsmodels")
    x = statsmodels.api.add_constant(np.arange(20.0))
    y = 3 * np.arange(20.0) + 1
    mlflow.statsmodels.autolog()
    try:
        with mlflow.start_run() as run:
            fitted = statsmodels.api.OLS(y, x).fit()
    finally:
        mlflow.statsmodels.autolog(disable=True)
    found = client.get_run(run.info.run_id)
    assert abs(found.data.metrics["rsquared"] - 1) < 1e-9 and found.data.params["cov_type"] == "nonrobust", found.data
    assert "model_summary.txt" in [f.path for f in client.list_artifacts(run.info.run_id)]
    assert np.allclose(mlflow.statsmodels.load_model(f"runs:/{run.info.run_id}/model").predict(x), fitted.predict(x))
