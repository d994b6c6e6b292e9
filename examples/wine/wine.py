"""What both examples share: the data, the numbers that judge a model, and how
parameters and models are logged. All of it is plain MLflow, version 2 or 3."""

import mlflow
import mlflow.sklearn
import pandas
import sklearn
from mlflow.models import infer_signature
from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score
from sklearn.model_selection import train_test_split

TARGET = "quality"


def load(path):
    """Returns training features, test features, training target, test target."""
    table = pandas.read_csv(path).astype("float64")
    return train_test_split(table.drop(columns=TARGET), table[TARGET], test_size=0.25, random_state=42)


def scores(actual, predicted):
    return {
        "rmse": mean_squared_error(actual, predicted) ** 0.5,
        "r2": r2_score(actual, predicted),
        "mae": mean_absolute_error(actual, predicted),
    }


def words(numbers):
    return ", ".join(f"{name} {value:.4f}" for name, value in numbers.items())


def log_params(run, params):
    """Logs what is not there yet: whoever started the script may have logged
    the parameters already, and a parameter is written once."""
    for name, value in params.items():
        if name not in run.data.params:
            mlflow.log_param(name, value)


def log_model(model, features):
    # MLflow 3 calls the model's place "name", MLflow 2 "artifact_path".
    place = "artifact_path" if mlflow.__version__.startswith("2.") else "name"
    mlflow.sklearn.log_model(
        model,
        **{place: "model"},
        signature=infer_signature(features, model.predict(features)),
        serialization_format="cloudpickle",
        # Naming them spares a second process that would find them out.
        pip_requirements=[f"scikit-learn=={sklearn.__version__}", f"pandas=={pandas.__version__}"],
    )
