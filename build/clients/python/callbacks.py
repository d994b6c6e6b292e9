"""Small trainings with callbacks that log to MLflow: `lightning` and `transformers`.

TestRecord of app/mlflow records what they send. The last line that is printed
names the library and its version.
"""

import os
import sys
import warnings

warnings.filterwarnings("ignore")

import torch


def lightning():
    import lightning as library

    class Line(library.LightningModule):
        def __init__(self, rate, width=1):
            super().__init__()
            self.save_hyperparameters()
            self.layer = torch.nn.Linear(width, 1)

        def training_step(self, batch):
            x, y = batch
            loss = torch.nn.functional.mse_loss(self.layer(x), y)
            self.log("train/loss", loss)
            return loss

        def validation_step(self, batch):
            x, y = batch
            self.log("val_loss", torch.nn.functional.mse_loss(self.layer(x), y))

        def configure_optimizers(self):
            return torch.optim.SGD(self.parameters(), lr=self.hparams.rate)

    x = torch.arange(32.0).reshape(32, 1) / 32
    data = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, 2 * x), batch_size=8)
    logger = library.pytorch.loggers.MLFlowLogger(
        experiment_name="lightning", tracking_uri=os.environ["MLFLOW_TRACKING_URI"], run_name="line", tags={"team": "lake"}, log_model="all",
    )
    trainer = library.Trainer(
        logger=logger, max_epochs=2, log_every_n_steps=1, enable_progress_bar=False, accelerator="cpu",
        callbacks=[library.pytorch.callbacks.ModelCheckpoint(monitor="val_loss")],
    )
    trainer.fit(Line(0.1), data, data)
    return f"Lightning {library.__version__}"


def transformers():
    import transformers as library

    os.environ |= {
        "MLFLOW_EXPERIMENT_NAME": "transformers", "HF_MLFLOW_LOG_ARTIFACTS": "1", "MLFLOW_FLATTEN_PARAMS": "1",
        "MLFLOW_TAGS": '{"team": "lake"}',
    }
    config = library.BertConfig(vocab_size=16, hidden_size=8, num_hidden_layers=1, num_attention_heads=1, intermediate_size=8, max_position_embeddings=8)
    rows = [{"input_ids": [i % 16, 1, 2], "labels": i % 2} for i in range(8)]
    trainer = library.Trainer(
        model=library.BertForSequenceClassification(config), train_dataset=rows, eval_dataset=rows,
        args=library.TrainingArguments(
            output_dir="out", max_steps=4, logging_steps=1, save_steps=2, eval_strategy="steps", eval_steps=2, per_device_train_batch_size=4,
            report_to=["mlflow"], use_cpu=True, run_name="bert", disable_tqdm=True,
        ),
    )
    trainer.train()
    return f"Transformers {library.__version__}"


print({"lightning": lightning, "transformers": transformers}[sys.argv[1]](), flush=True)
