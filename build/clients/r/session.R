# What R scripts do with MLflow's interface, in base R with curl. Its surroundings
# are the lines of `varve env`. Prints a line for each feature that was tried, as
# python/session.py does; the first failure ends it.

ask <- function(method, path, body = NULL, file = NULL) {
  user <- paste0(Sys.getenv("MLFLOW_TRACKING_USERNAME"), ":", Sys.getenv("MLFLOW_TRACKING_PASSWORD"))
  args <- c("--silent", "--show-error", "--user", user, "--request", method)
  if (!is.null(body)) args <- c(args, "--header", "Content-Type: application/json", "--data", body)
  if (!is.null(file)) args <- c(args, "--upload-file", file)
  address <- paste0(Sys.getenv("MLFLOW_TRACKING_URI"), "/api/2.0/", path)
  invisible(paste(system2("curl", shQuote(c(args, address)), stdout = TRUE), collapse = "\n"))
}

field <- function(json, name) {
  found <- regmatches(json, regexec(paste0("\"", name, "\":\"([^\"]*)\""), json))[[1]]
  if (length(found) != 2) stop("no ", name, " in ", json)
  found[2]
}

has <- function(text, part) if (!grepl(part, text, fixed = TRUE)) stop("no ", part, " in ", text)
now <- function() sprintf("%.0f", as.numeric(Sys.time()) * 1000)
passed <- function(feature) cat("passed", feature, "\n")

experiment <- field(ask("POST", "mlflow/experiments/create", '{"name":"r field"}'), "experiment_id")
has(ask("GET", "mlflow/experiments/get-by-name?experiment_name=r%20field"), experiment)
has(ask("POST", "mlflow/experiments/create", '{"name":"r field"}'), "RESOURCE_ALREADY_EXISTS")
passed("experiments")

# As MLflow's package for R does, all values are sent as text.
run <- field(ask("POST", "mlflow/runs/create", sprintf('{"experiment_id":"%s","start_time":"%s"}', experiment, now())), "run_uuid")
ask("POST", "mlflow/runs/log-parameter", sprintf('{"run_uuid":"%s","run_id":"%s","key":"k","value":"3"}', run, run))
for (step in 1:3) {
  ask("POST", "mlflow/runs/log-metric", sprintf(
    '{"run_uuid":"%s","run_id":"%s","key":"loss","value":"%s","timestamp":"%s","step":"%d"}', run, run, format(1 / step), now(), step))
}
ask("POST", "mlflow/runs/update", sprintf('{"run_uuid":"%s","run_id":"%s","status":"FINISHED","end_time":"%s"}', run, run, now()))
found <- ask("GET", paste0("mlflow/runs/get?run_uuid=", run, "&run_id=", run))
has(found, '"status":"FINISHED"')
has(found, '{"key":"k","value":"3"}')
passed("runs")

has(ask("POST", "mlflow/runs/search", sprintf('{"experiment_ids":["%s"],"filter":"metrics.loss < 0.5","max_results":"10"}', experiment)), run)
has(ask("POST", "mlflow/registered-models/search", '{"max_results":"10"}'), "{")
passed("searches")

sent <- file.path(Sys.getenv("WORK"), "iris.csv")
write.csv(iris, sent)
path <- sprintf("mlflow-artifacts/artifacts/%s/%s/artifacts/iris.csv", experiment, run)
ask("PUT", path, file = sent)
if (!identical(readLines(sent), strsplit(ask("GET", path), "\n")[[1]])) stop("the file came back otherwise")
passed("artifacts")
