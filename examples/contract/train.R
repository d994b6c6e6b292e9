text <- paste(readLines(Sys.getenv("VARVE_PARAMS")), collapse = "\n") # or jsonlite::fromJSON
param <- function(name) as.numeric(sub(paste0('.*"', name, '": ([^,\n]*).*'), "\\1", text))

log <- function(...) cat(sprintf(...), "\n", sep = "", file = Sys.getenv("VARVE_METRICS"), append = TRUE)
for (step in seq_len(param("steps"))) {
  log('{"step": %d, "loss": %.17g}', step, param("alpha") / step)
}
log('{"tags": {"language": "R"}}')
writeLines(paste("alpha was", param("alpha")), file.path(Sys.getenv("VARVE_ARTIFACTS"), "summary.txt"))
