// Package version is the version of this Varve.
package version

// Version is set by the release; a build from a checkout is "dev".
var Version = "0.1.0-dev"
