package door

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"dev.varve/app/door/api"
	"dev.varve/backend/chart"
)

// describeChartFiles registers charts as files.
func (d *Door) describeChartFiles(h huma.API) {
	o := post("/charts/csv", "chartTable", "charts", "All that a chart shows as a table: every point, to the last digit")
	o.Responses = bytesResponse("Comma-separated values")
	add(d, h, o, d.chartCSV)
	o = post("/charts/html", "chartPage", "charts", "A chart as one page that opens anywhere, without a network")
	o.Responses = bytesResponse("HTML")
	add(d, h, o, d.chartHTML)
}

type drawing struct{ Body api.Draw }

func (d *Door) chartCSV(ctx context.Context, in *drawing) (*stream, error) {
	if err := in.Body.Chart.Check(); err != nil {
		return nil, err
	}
	if _, err := d.completeSpec(ctx, in.Body.Charted, &in.Body.Chart); err != nil {
		return nil, err
	}
	table, err := d.chartTable(ctx, in.Body.Charted, in.Body.Chart.Columns(), in.Body.Chart.GroupColumns(), chart.MaxRows)
	if err != nil {
		return nil, err
	}
	// What is wrong with the chart is said before the first byte is sent.
	some := *table
	some.Runs = some.Runs[:min(1, len(some.Runs))]
	if in.Body.Chart.Kind != chart.Line {
		some = *table
	}
	figure, err := chart.Draw(ctx, in.Body.Chart, &some, curves{d}, chart.View{})
	if err != nil {
		return nil, err
	}
	return &stream{Body: func(c huma.Context) {
		r, w := humago.Unwrap(c)
		w.Header().Set("Content-Type", "text/csv; charset=utf-8")
		w.Header().Set("Content-Disposition", attachment(fileName(figure.Title)+".csv"))
		if err := chart.WriteCSV(r.Context(), w, in.Body.Chart, table, curves{d}, chart.View{}); err != nil {
			d.Log.ErrorContext(r.Context(), "a chart was not written to its end", "error", err)
			panic(http.ErrAbortHandler) // a file that ends too soon must not look whole
		}
	}}, nil
}

// fileName makes the name of a file of a title.
func fileName(title string) string {
	name := strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '-'
		}
		return r
	}, shorten(title, 80))
	if name = strings.Trim(name, " .-"); name == "" {
		return "chart"
	}
	return name
}
