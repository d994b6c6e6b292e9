// Package rig uses Varve as a person does: the built program, in processes of
// its own, in folders of their own. Tests of whole programs and the figures of
// reliability share it.
package rig
