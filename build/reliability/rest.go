//go:build linux

package main

func powerCuts(l *lab) { l.cannot("x") }
func damages(l *lab)   { l.cannot("x") }
func fullDisks(l *lab) { l.cannot("x") }
func readOnly(l *lab)  { l.cannot("x") }
func models(l *lab)    { l.cannot("x") }
func owners(l *lab)    { l.cannot("x") }
