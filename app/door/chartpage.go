package door

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html"
	"net/http"
	"net/url"

	"dev.varve/backend/fault"
)

// pageFile is an answer that is saved as a file.
type pageFile struct {
	ContentType string `header:"Content-Type" hidden:"true"`
	Disposition string `header:"Content-Disposition" hidden:"true"`
	Body        []byte
}

// offlineScript is the script of charts that are saved as pages
// (frontend/src/offline).
const offlineScript = "offline/chart.js"

// pageWidth is for how many pixels a saved chart has points: more than a screen
// has, so that it can be looked at closely.
const pageWidth = 4096

// chartHTML draws a chart into a page that holds all it needs. Its policy lets it
// run this one script, and fetch nothing.
func (d *Door) chartHTML(ctx context.Context, in *drawing) (*pageFile, error) {
	script, err := d.pageFile(ctx, offlineScript)
	if err != nil {
		return nil, err
	}
	in.Body.Width = pageWidth
	figure, err := d.figure(ctx, in.Body, false)
	if err != nil {
		return nil, err
	}
	data, err := figure.Encode()
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, "encode", "a chart")
	}
	saved := fmt.Sprintf("Saved from %s, %s", d.Workspace.Name, d.Clock.Now().UTC().Format("2006-01-02 15:04 UTC"))
	return &pageFile{
		ContentType: "text/html; charset=utf-8", Disposition: attachment(fileName(figure.Title) + ".html"),
		Body: offlinePage(figure.Title, saved, data, script),
	}, nil
}

// offlinePage writes the page: the data stands in it as base64 in an element
// that does not run.
func offlinePage(title, saved string, data, script []byte) []byte {
	// What would end the element early is written another way: within texts and
	// patterns of a script the backslash changes nothing.
	script = bytes.ReplaceAll(script, []byte("</script"), []byte(`<\/script`))
	sum := sha256.Sum256(script)
	var b bytes.Buffer
	fmt.Fprintf(&b, `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-%s'">
<title>%s</title>
</head>
<body>
<div id="app"></div>
<script id="chart" type="text/plain" data-saved="%s">
`, base64.StdEncoding.EncodeToString(sum[:]), html.EscapeString(title), html.EscapeString(saved))
	b.WriteString(base64.StdEncoding.EncodeToString(data))
	b.WriteString("\n</script>\n<script>")
	b.Write(script)
	b.WriteString("</script>\n</body>\n</html>\n")
	return b.Bytes()
}

// pageFile reads one of the built pages' files, asked for as a browser does.
func (d *Door) pageFile(ctx context.Context, name string) ([]byte, error) {
	missing := fault.New(fault.Unsupported, "This program was built without its pages; a chart cannot be saved as one.").WithHint("Save it as CSV.")
	if d.Pages == nil {
		return nil, missing
	}
	r := (&http.Request{Method: http.MethodGet, URL: &url.URL{Path: "/" + name}, Header: http.Header{}}).WithContext(ctx)
	w := &memory{header: http.Header{}, status: http.StatusOK}
	d.Pages.ServeHTTP(w, r)
	if w.status != http.StatusOK {
		return nil, missing
	}
	return w.body.Bytes(), nil
}

// memory is an answer that is kept.
type memory struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (m *memory) Header() http.Header         { return m.header }
func (m *memory) WriteHeader(status int)      { m.status = status }
func (m *memory) Write(b []byte) (int, error) { return m.body.Write(b) }
