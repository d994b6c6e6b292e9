import sys

import mlflow

alpha, rounds = float(sys.argv[1]), int(sys.argv[2])
with mlflow.start_run():
    mlflow.log_metric("score", alpha * rounds)
    mlflow.log_text(f"alpha {alpha}", "said.txt")
