package cli

import (
	"context"
	"encoding/csv"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"

	"github.com/spf13/cobra"

	"dev.varve/app/client"
	"dev.varve/app/door/api"
	"dev.varve/backend/fault"
)

func (a *App) metrics() *cobra.Command {
	var plot bool
	c := &cobra.Command{
		Use:   "metrics RUN [KEY]",
		Short: "Print the history of a metric, or list the metrics of a run",
		Long: `Prints every point of a metric as CSV: step, time in milliseconds since 1970, value,
which may be NaN, +Inf or -Inf. With --plot it draws a line for the terminal
instead. Without KEY it lists the metrics of the run, with their last, least and
greatest values.
` + runsHelp + `

Exit codes: 0; 201 if there is no such run, or the run has no such metric.`,
		Example: "  varve metrics 3f2a…\n  varve metrics 3f2a… rmse > rmse.csv\n  varve metrics 3f2a… rmse --plot\n  varve metrics 3f2a… rmse --json",
		RunE: func(c *cobra.Command, args []string) error {
			cl, id, err := a.oneRun(c, args[0])
			if err != nil {
				return err
			}
			if len(args) == 1 {
				return a.listMetrics(c.Context(), cl, id, plot)
			}
			points, err := points(c.Context(), cl, id, args[1])
			if err != nil {
				return err
			}
			if len(points) == 0 {
				return fault.New(fault.NotFound, "run %s has no metric %q", id, args[1])
			}
			switch {
			case a.json:
				return a.printJSON(points)
			case plot:
				fmt.Fprintln(a.Out, drawn(args[1], points))
				return nil
			}
			lines := [][]string{{"step", "time", "value"}}
			for _, p := range points {
				lines = append(lines, []string{strconv.FormatInt(p.Step, 10), strconv.FormatInt(p.Time, 10), strconv.FormatFloat(float64(p.Value), 'g', -1, 64)})
			}
			return fault.Wrap(csv.NewWriter(a.Out).WriteAll(lines), fault.Internal, "write", "points")
		},
	}
	c.Flags().BoolVar(&plot, "plot", false, "draw a line instead of printing numbers")
	return a.jsonFlag(c)
}

// listMetrics prints the metrics of a run, with --plot each with its line.
func (a *App) listMetrics(ctx context.Context, cl *client.Client, id string, plot bool) error {
	var r api.RunDetail
	if err := cl.Get(ctx, "/runs/"+id, nil, &r); err != nil {
		return err
	}
	if a.json {
		return a.printJSON(full(r.MetricList))
	}
	if len(r.MetricList) == 0 {
		fmt.Fprintln(a.Err, "No metrics.")
		return nil
	}
	head, rows := []string{"METRIC", "LAST", "STEP", "LEAST", "MOST", "POINTS"}, [][]string{}
	if plot {
		head = append(head, "")
	}
	for _, m := range r.MetricList {
		row := []string{
			m.Key, figure(float64(m.Last)), strconv.FormatInt(m.Step, 10), figure(float64(m.Min)), figure(float64(m.Max)), strconv.FormatInt(m.Points, 10),
		}
		if plot {
			points, err := points(ctx, cl, id, m.Key)
			if err != nil {
				return err
			}
			row = append(row, sparkline(points, 32))
		}
		rows = append(rows, row)
	}
	return table(a.Out, head, rows)
}

// metricPoint is a point of a metric as MLflow's interface says it.
type metricPoint struct {
	Step  int64      `json:"step"`
	Time  int64      `json:"timestamp"`
	Value api.Number `json:"value"`
}

// points reads the whole history of a metric.
func points(ctx context.Context, cl *client.Client, run, key string) ([]metricPoint, error) {
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
		if err := cl.MLflow(ctx, http.MethodGet, "/api/2.0/mlflow/metrics/get-history?"+query.Encode(), nil, &page); err != nil {
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
