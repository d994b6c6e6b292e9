// Package contract lets a program in any language take part without a library:
// it reads its parameters from one file, appends its metrics to another, line by
// line, and leaves its artifacts in a folder. docs/contract.md is the page for
// those who write such programs.
package contract
