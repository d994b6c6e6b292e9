// Package validators lets the public validators of RO-Crate, Croissant, Frictionless,
// DataCite and BagIt judge what `varve data export` writes. The tests need the build
// tag clients, what `make setup` fetches, and what `make build` makes.
package validators
