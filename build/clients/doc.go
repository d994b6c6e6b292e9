// Package clients tries MLflow's own clients on Varve: the published ones of
// Python and Java, programs in other languages that speak HTTP, and callbacks of
// libraries by what they once sent. What each can do is written into
// docs/mlflow.md. The tests need the build tag clients, what `make setup` fetches,
// and what `make build` makes.
package clients
