package dvcrepo

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"hash"
)

// sum is the MD5 of a content as DVC computes it.
type sum interface {
	write(p []byte)
	is(hash string) bool // after the end
}

// newSum is the MD5 of the bytes, or as DVC 2 and before computed it.
func newSum(old bool) sum {
	if old {
		return &oldSum{block: make([]byte, 0, oldBlock), once: md5.New(), each: md5.New()}
	}
	return plain{md5.New()}
}

type plain struct{ hash.Hash }

func (s plain) write(p []byte)      { s.Write(p) }
func (s plain) is(hash string) bool { return hash == hex.EncodeToString(s.Sum(nil)) }

const (
	oldBlock = 1 << 20 // bytes that DVC read at once
	oldLook  = 512     // of them: those that tell text from other things
)

// oldSum is the MD5 of DVC 2 and before: in what looks like text the ends of lines of
// Windows count as those of Unix. Whether it does was decided by the first block for
// all of the file, and by later versions, that read old repositories, for each block;
// either is right. An end of a line that is cut in two by the end of a block stays.
type oldSum struct {
	block      []byte
	begun      bool
	text       bool // the first block is text
	once, each hash.Hash
}

func (s *oldSum) write(p []byte) {
	for len(p) > 0 {
		n := min(oldBlock-len(s.block), len(p))
		s.block = append(s.block, p[:n]...)
		if p = p[n:]; len(s.block) == oldBlock {
			s.flush()
		}
	}
}

func (s *oldSum) flush() {
	text := isText(s.block[:min(len(s.block), oldLook)])
	if !s.begun {
		s.begun, s.text = true, text
	}
	unix := s.block
	if text || s.text {
		unix = bytes.ReplaceAll(s.block, []byte("\r\n"), []byte("\n"))
	}
	s.once.Write(choose(s.text, unix, s.block))
	s.each.Write(choose(text, unix, s.block))
	s.block = s.block[:0]
}

func choose(first bool, a, b []byte) []byte {
	if first {
		return a
	}
	return b
}

func (s *oldSum) is(hash string) bool {
	if len(s.block) > 0 {
		s.flush()
	}
	return hash == hex.EncodeToString(s.once.Sum(nil)) || hash == hex.EncodeToString(s.each.Sum(nil))
}

// isText is how DVC guessed: no zero byte, and at most three bytes of ten that are
// not printable in ASCII.
func isText(block []byte) bool {
	odd := 0
	for _, c := range block {
		switch {
		case c == 0:
			return false
		case c >= 32 && c < 127 || bytes.IndexByte([]byte("\n\r\t\f\b"), c) >= 0:
		default:
			odd++
		}
	}
	return odd*10 <= len(block)*3
}
