param() { sed -n "s/^  \"$1\": \"\{0,1\}\([^\",]*\).*/\1/p" "$VARVE_PARAMS"; }

alpha=$(param alpha)
for step in $(seq "$(param steps)"); do
    loss=$(awk "BEGIN { printf \"%.17g\", $alpha / $step }")
    echo "{\"step\": $step, \"loss\": $loss}" >>"$VARVE_METRICS"
done
echo "{\"tags\": {\"language\": \"shell\"}}" >>"$VARVE_METRICS"
echo "alpha was $alpha" >"$VARVE_ARTIFACTS/summary.txt"
