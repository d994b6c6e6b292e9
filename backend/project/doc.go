// Package project understands MLproject folders: what can be started in them,
// with which parameters, and which shell command that is.
//
// The rules are those of MLflow (mlflow/projects/_project_spec.py of 2.22 and
// 3.x), proved by golden files that MLflow itself has written. Where Varve
// differs, it refuses what MLflow would run wrongly:
//
//   - int and float are checked, before the run starts.
//   - path values and defaults are taken relative to the project's folder.
//   - The names of extra parameters are checked and quoted, too.
//   - Format fields are names and nothing else: MLflow would evaluate
//     {a.__class__}.
//   - A value that needs quoting is refused where quoting cannot protect it:
//     inside quotation marks, comments, arithmetic, here-documents.
//   - White space at the end of a command is dropped, so that extra parameters
//     go to its last line and not behind it.
//   - x.sh is started by bash and not by the $SHELL of whoever starts it.
//
// The package touches no disk by itself and starts nothing.
package project
