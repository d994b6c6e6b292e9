package packs

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"hash/crc32"

	"github.com/zeebo/blake3"

	"dev.varve/backend/content"
	"dev.varve/backend/fault"
)

// Sizes and limits of the format, in bytes.
const (
	headerSize = 64
	recordSize = 48 // before the stored bytes
	dirHead    = 8
	dirEntry   = 40
	footerSize = 64

	version    = 1
	maxPack    = 64 << 20
	maxRecords = 32768
)

const (
	headerMagic = "VARVPCK1"
	recordMagic = "VREC"
	dirMagic    = "VDIR"
	footerMagic = "VARVPEND"
)

// How a record's bytes are compressed.
const (
	storedPlain = 0
	storedZstd  = 1
)

var (
	castagnoli = crc32.MakeTable(crc32.Castagnoli)
	le         = binary.LittleEndian
)

func checksum(b []byte) uint32 { return crc32.Checksum(b, castagnoli) }

// Name is the name of a pack: random, without meaning.
type Name [16]byte

// String is the form that file names have.
func (n Name) String() string { return hex.EncodeToString(n[:]) }

// Writer is the id of a process that appends: the owner, or an agent. The
// zero Writer never writes.
type Writer [16]byte

// header is the beginning of a pack.
type header struct {
	kind   content.Kind
	writer Writer
	name   Name
}

func (h header) encode() []byte {
	b := make([]byte, headerSize)
	copy(b, headerMagic)
	b[8], b[9] = version, byte(h.kind)
	copy(b[16:], h.writer[:])
	copy(b[32:], h.name[:])
	le.PutUint32(b[60:], checksum(b[:60]))
	return b
}

// decodeHeader checks a header against the place where the pack was found.
func decodeHeader(b []byte, kind content.Kind, name Name) (header, error) {
	switch {
	case len(b) < headerSize || string(b[:8]) != headerMagic || le.Uint32(b[60:]) != checksum(b[:60]):
		return header{}, corrupt("its header is damaged")
	case b[8] != version:
		return header{}, fault.New(fault.Newer, "it has version %d; this Varve knows version %d", b[8], version).
			WithHint("Use a later version of Varve.")
	case le.Uint32(b[12:]) != 0:
		return header{}, fault.New(fault.Unsupported, "it is encrypted")
	}
	h := header{kind: content.Kind(b[9]), writer: Writer(b[16:32]), name: Name(b[32:48])}
	if h.kind != kind || h.name != name {
		return header{}, corrupt("it belongs to another place: %s, %s", h.kind, h.name)
	}
	return h, nil
}

// recordHead is what stands before the stored bytes of an object.
type recordHead struct {
	crc    uint32
	stored int // bytes that follow
	raw    int // bytes of the object
	codec  byte
	id     content.ID
}

// sealRecord fills the head of a record whose stored bytes are already in
// place behind it.
func sealRecord(b []byte, id content.ID, raw int, codec byte) {
	copy(b, recordMagic)
	le.PutUint32(b[8:], uint32(len(b)-recordSize))
	le.PutUint32(b[12:], uint32(raw)|uint32(codec)<<24)
	copy(b[16:], id[:])
	le.PutUint32(b[4:], checksum(b[8:]))
}

// decodeRecordHead reads a head as far as it can be believed before its CRC
// has been checked.
func decodeRecordHead(b []byte) (recordHead, bool) {
	if len(b) < recordSize || string(b[:4]) != recordMagic {
		return recordHead{}, false
	}
	lengths := le.Uint32(b[12:])
	h := recordHead{
		crc: le.Uint32(b[4:]), stored: int(le.Uint32(b[8:])), raw: int(lengths & 0xffffff), codec: byte(lengths >> 24),
		id: content.ID(b[16:48]),
	}
	ok := h.stored >= 1 && h.stored <= content.MaxObject && h.raw >= 1 && h.raw <= content.MaxObject &&
		(h.codec != storedPlain || h.stored == h.raw)
	return h, ok
}

// decodeRecord checks a whole record and returns its head and stored bytes.
func decodeRecord(b []byte) (recordHead, []byte, error) {
	h, ok := decodeRecordHead(b)
	if !ok || len(b) < recordSize+h.stored {
		return recordHead{}, nil, corrupt("the record is damaged")
	}
	b = b[:recordSize+h.stored]
	if checksum(b[8:]) != h.crc {
		return recordHead{}, nil, corrupt("the record is damaged")
	}
	return h, b[recordSize:], nil
}

// Record says where in its pack an object lies.
type Record struct {
	ID     content.ID
	Offset uint32 // of the record
	Stored uint32 // length of the stored bytes behind its head
}

func (r Record) end() int64 { return int64(r.Offset) + recordSize + int64(r.Stored) }

// encodeSeal makes directory and footer of a pack whose records end at an
// offset.
func encodeSeal(header []byte, records []Record, offset int64) []byte {
	b := make([]byte, dirHead, dirHead+len(records)*dirEntry+footerSize)
	copy(b, dirMagic)
	le.PutUint32(b[4:], uint32(len(records)))
	for _, r := range records {
		b = append(b, r.ID[:]...)
		b = le.AppendUint32(b, r.Offset)
		b = le.AppendUint32(b, r.Stored)
	}
	dir := b
	b = le.AppendUint64(b, uint64(offset))
	b = le.AppendUint32(b, uint32(len(dir)))
	b = le.AppendUint32(b, checksum(dir))
	b = append(b, sealOf(header, dir)...)
	b = append(b, 0, 0, 0, 0)
	b = le.AppendUint32(b, checksum(b[len(dir):]))
	return append(b, footerMagic...)
}

// sealSize is how many bytes directory and footer of n records take.
func sealSize(n int) int64 { return int64(dirHead + n*dirEntry + footerSize) }

func sealOf(header, dir []byte) []byte {
	h := blake3.New()
	h.Write(header)
	h.Write(dir)
	return h.Sum(nil)
}

// footer is the end of a sealed pack.
type footer struct {
	dirOffset int64
	dirLength int
	dirCRC    uint32
	seal      [32]byte
}

// decodeFooter reports false for anything but the footer of a pack of that size.
func decodeFooter(b []byte, size int64) (footer, bool) {
	if len(b) != footerSize || string(b[56:]) != footerMagic || le.Uint32(b[52:]) != checksum(b[:52]) {
		return footer{}, false
	}
	f := footer{
		dirOffset: int64(le.Uint64(b)), dirLength: int(le.Uint32(b[8:])), dirCRC: le.Uint32(b[12:]), seal: [32]byte(b[16:48]),
	}
	ok := f.dirOffset >= headerSize && f.dirLength >= dirHead && f.dirOffset+int64(f.dirLength)+footerSize == size
	return f, ok
}

// decodeDirectory checks a directory against its footer and against sense.
func decodeDirectory(b []byte, f footer) ([]Record, error) {
	if len(b) != f.dirLength || checksum(b) != f.dirCRC || string(b[:4]) != dirMagic {
		return nil, corrupt("its directory is damaged")
	}
	n := int(le.Uint32(b[4:]))
	if n > maxRecords || len(b) != dirHead+n*dirEntry {
		return nil, corrupt("its directory is damaged")
	}
	records, at := make([]Record, n), int64(headerSize)
	for i := range records {
		e := b[dirHead+i*dirEntry:]
		r := Record{ID: content.ID(e[:32]), Offset: le.Uint32(e[32:]), Stored: le.Uint32(e[36:])}
		if int64(r.Offset) < at || r.end() > f.dirOffset || r.Stored == 0 || r.Stored > content.MaxObject {
			return nil, corrupt("its directory contradicts itself")
		}
		records[i], at = r, r.end()
	}
	return records, nil
}

// begun reports whether a pack has a header at all: its writer may have been
// stopped, or be, between creating the file and writing it.
func begun(b []byte) bool {
	return len(b) == headerSize && !bytes.Equal(b, make([]byte, headerSize))
}

func corrupt(format string, args ...any) error {
	return fault.New(fault.Corrupt, format, args...)
}
