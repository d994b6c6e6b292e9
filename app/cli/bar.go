package cli

import (
	"io"
	"os"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"dev.varve/app/door/api"
)

// bar shows the progress of a job on a terminal, and nothing elsewhere.
type bar struct {
	w   io.Writer
	bar *progressbar.ProgressBar
}

func newBar(w io.Writer) *bar {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return &bar{}
	}
	return &bar{w: w}
}

func (b *bar) show(j api.Job) {
	if b.w == nil || j.Total == 0 {
		return
	}
	if b.bar == nil {
		b.bar = progressbar.NewOptions64(j.Total, progressbar.OptionSetWriter(b.w), progressbar.OptionShowBytes(true),
			progressbar.OptionSetDescription(j.Title), progressbar.OptionClearOnFinish())
	}
	b.bar.ChangeMax64(j.Total)
	_ = b.bar.Set64(j.Bytes) // a terminal that is gone is no reason to stop the work
}

func (b *bar) end() {
	if b.bar != nil {
		_ = b.bar.Finish()
	}
}
