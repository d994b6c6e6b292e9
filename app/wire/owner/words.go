package owner

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
)

// wordsKept is how many of the owner's last words a bundle of diagnostics has.
const wordsKept = 100

// words passes on what the owner logs, and remembers the last of it: a window
// that was double-clicked has no terminal to look at.
type words struct {
	slog.Handler
	kept *kept
}

type kept struct {
	mu    sync.Mutex
	lines []string
}

func remember(h slog.Handler) words { return words{h, &kept{}} }

// Handle remembers a record of the level Warn and above.
func (w words) Handle(ctx context.Context, r slog.Record) error {
	if r.Level >= slog.LevelWarn {
		var b strings.Builder
		fmt.Fprintf(&b, "%s %s %s", r.Time.UTC().Format("2006-01-02 15:04:05"), r.Level, r.Message)
		r.Attrs(func(a slog.Attr) bool {
			fmt.Fprintf(&b, " %s=%q", a.Key, a.Value)
			return true
		})
		w.kept.add(b.String())
	}
	if !w.Handler.Enabled(ctx, r.Level) {
		return nil
	}
	return w.Handler.Handle(ctx, r)
}

// Enabled wants warnings, whoever else does.
func (w words) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn || w.Handler.Enabled(ctx, l)
}

// WithAttrs keeps the memory; the attributes are those of the handler behind.
func (w words) WithAttrs(a []slog.Attr) slog.Handler { return words{w.Handler.WithAttrs(a), w.kept} }

// WithGroup keeps the memory.
func (w words) WithGroup(name string) slog.Handler { return words{w.Handler.WithGroup(name), w.kept} }

func (k *kept) add(line string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.lines = append(k.lines, line)
	if n := len(k.lines); n > wordsKept {
		k.lines = k.lines[n-wordsKept:]
	}
}

func (k *kept) all() []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return append([]string(nil), k.lines...)
}
