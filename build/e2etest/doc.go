// Package e2etest uses Varve as people do: the real programs in build/bin, in
// processes of their own, with real workspaces, kills included. Its tests need
// the build tag e2e and what `make build` makes.
package e2etest
