package cli

import (
	"encoding/csv"
	"math"
	"net/http"
	"net/url"
	"strconv"

	"github.com/spf13/cobra"

	"dev.varve/app/door/api"
	"dev.varve/backend/fault"
)

func (a *App) metrics() *cobra.Command {
	return a.jsonFlag(&cobra.Command{
		Use:   "metrics RUN KEY",
		Short: "Print the history of a metric",
		Long: `Prints every point of a metric as CSV: step, time in milliseconds since 1970, value,
which may be NaN, +Inf or -Inf.

Exit codes: 0; 201 if there is no such run, or the run has no such metric.`,
		Example: "  varve metrics 3f2a… rmse\n  varve metrics 3f2a… rmse --json",
		Args:    cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			points, err := a.history(c, args[0], args[1])
			if err != nil {
				return err
			}
			if len(points) == 0 {
				return fault.New(fault.NotFound, "run %s has no metric %q", args[0], args[1])
			}
			if a.json {
				return a.printJSON(points)
			}
			lines := [][]string{{"step", "time", "value"}}
			for _, p := range points {
				lines = append(lines, []string{strconv.FormatInt(p.Step, 10), strconv.FormatInt(p.Time, 10), strconv.FormatFloat(float64(p.Value), 'g', -1, 64)})
			}
			return fault.Wrap(csv.NewWriter(a.Out).WriteAll(lines), fault.Internal, "write", "points")
		},
	})
}

// metricPoint is a point of a metric as MLflow's interface says it.
type metricPoint struct {
	Step  int64      `json:"step"`
	Time  int64      `json:"timestamp"`
	Value api.Number `json:"value"`
}

func (a *App) history(c *cobra.Command, run, key string) ([]metricPoint, error) {
	cl, err := a.connect(c.Context())
	if err != nil {
		return nil, err
	}
	var all []metricPoint
	for token := ""; ; {
		var page struct {
			Metrics []metricPoint `json:"metrics"`
			Next    string        `json:"next_page_token"`
		}
		query := url.Values{"run_id": {run}, "metric_key": {key}, "max_results": {"25000"}}
		if token != "" {
			query.Set("page_token", token)
		}
		if err := cl.MLflow(c.Context(), http.MethodGet, "/api/2.0/mlflow/metrics/get-history?"+query.Encode(), nil, &page); err != nil {
			return nil, err
		}
		for _, p := range page.Metrics {
			p.Value = infinite(p.Value)
			all = append(all, p)
		}
		if token = page.Next; token == "" {
			return all, nil
		}
	}
}

// infinite gives back an infinity, for which MLflow's interface says the
// greatest number that there is.
func infinite(v api.Number) api.Number {
	if math.Abs(float64(v)) == math.MaxFloat64 {
		return api.Number(math.Copysign(math.Inf(1), float64(v)))
	}
	return v
}
