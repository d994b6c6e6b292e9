//go:build linux

package main

import "bytes"

// used are all bytes of a file, but for the zeros at the end of one that was made
// long in advance, of which there are a few.
func used(data []byte) (places []int, err error) {
	for i := range min(len(bytes.TrimRight(data, "\x00"))+16, len(data)) {
		places = append(places, i)
	}
	return places, nil
}
