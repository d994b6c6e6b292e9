// Package model compares the tracker, over a real journal and a real index,
// with a record that is kept in a few maps. It has only tests.
package model
