"""Predicts the quality of white wine by gradient boosting, one tree a round.

It logs metrics after each round, so that charts grow while one looks at them;
--pause makes a round last longer than the fraction of a second that it needs.
"""

import argparse
import time

import mlflow
from sklearn.ensemble import GradientBoostingRegressor

import wine

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--data", default="data/wine-quality.csv", help="table with a column 'quality'")
parser.add_argument("--learning-rate", type=float, default=0.1, help="how much each tree counts")
parser.add_argument("--max-depth", type=int, default=3, help="depth of each tree")
parser.add_argument("--rounds", type=int, default=60, help="number of trees")
parser.add_argument("--pause", type=float, default=0.1, help="seconds to wait after each round")
args = parser.parse_args()

train_x, test_x, train_y, test_y = wine.load(args.data)

with mlflow.start_run() as run:
    wine.log_params(
        run, {"learning_rate": args.learning_rate, "max_depth": args.max_depth, "rounds": args.rounds, "pause": args.pause}
    )
    model = GradientBoostingRegressor(
        learning_rate=args.learning_rate, max_depth=args.max_depth, subsample=0.5, warm_start=True, random_state=42
    )
    for step in range(1, args.rounds + 1):
        model.set_params(n_estimators=step).fit(train_x, train_y)
        metrics = wine.scores(test_y, model.predict(test_x))
        metrics["train_rmse"] = wine.scores(train_y, model.predict(train_x))["rmse"]
        mlflow.log_metrics(metrics, step=step)
        print(f"round {step:4d}: {wine.words(metrics)}", flush=True)
        time.sleep(args.pause)
    wine.log_model(model, test_x)
