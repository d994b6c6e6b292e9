//go:build desktop || bindings

package window

import "log/slog"

// logger passes on what Wails reports.
type logger struct{ log *slog.Logger }

func (l logger) Print(message string)   { l.log.Info(message) }
func (l logger) Trace(message string)   { l.log.Debug(message) }
func (l logger) Debug(message string)   { l.log.Debug(message) }
func (l logger) Info(message string)    { l.log.Info(message) }
func (l logger) Warning(message string) { l.log.Warn(message) }
func (l logger) Error(message string)   { l.log.Error(message) }

// Fatal is an error like others: Wails calls it before it gives up by itself.
func (l logger) Fatal(message string) { l.log.Error(message) }
