// Package windowtest holds the tests of the real window: WebKitGTK under Xvfb,
// driven by WebKitWebDriver, with real drags of the mouse. They have the build
// tag "window", and `make test` runs them. shell_test.go tests the window around
// a small handler, varve_test.go the finished program.
package windowtest
