"""Predicts the quality of white wine from its chemistry, by an elastic net.

Plain MLflow and nothing else: it runs the same from `varve run`, from `mlflow
run`, or by hand with nothing but MLFLOW_TRACKING_URI set.
"""

import argparse

import mlflow
from sklearn.linear_model import ElasticNet

import wine

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--data", default="data/wine-quality.csv", help="table with a column 'quality'")
parser.add_argument("--alpha", type=float, default=0.5, help="strength of the regularisation")
parser.add_argument("--l1-ratio", type=float, default=0.1, help="0 is ridge, 1 is lasso")
args = parser.parse_args()

train_x, test_x, train_y, test_y = wine.load(args.data)

with mlflow.start_run() as run:
    wine.log_params(run, {"alpha": args.alpha, "l1_ratio": args.l1_ratio})
    model = ElasticNet(alpha=args.alpha, l1_ratio=args.l1_ratio, random_state=42).fit(train_x, train_y)
    metrics = wine.scores(test_y, model.predict(test_x))
    mlflow.log_metrics(metrics)
    wine.log_model(model, test_x)
    print(f"ElasticNet(alpha={args.alpha:g}, l1_ratio={args.l1_ratio:g}): {wine.words(metrics)}")
