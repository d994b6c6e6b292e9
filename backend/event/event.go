// Package event is the vocabulary of the journal: what can happen in a
// workspace, who said so and when, and how it is written as CBOR. The byte
// layout is in docs/format/journal.md and docs/format/events.md.
package event

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"fmt"
	"math"

	"github.com/fxamacker/cbor/v2"

	"dev.varve/backend/fault"
)

// Writer is whoever appends to the record: the owner of a device, or one
// agent. 16 random bytes.
type Writer [16]byte

// String is 32 hex digits, the name of the writer's folder.
func (w Writer) String() string { return hex.EncodeToString(w[:]) }

// IsZero reports whether no writer is named.
func (w Writer) IsZero() bool { return w == Writer{} }

// ParseWriter reads what String writes.
func ParseWriter(s string) (Writer, error) {
	var w Writer
	raw, err := hex.DecodeString(s)
	if err != nil || len(raw) != len(w) {
		return w, fault.New(fault.Invalid, "%q is not the id of a writer (32 hex digits)", s)
	}
	copy(w[:], raw)
	return w, nil
}

// ID names one event: its writer and sequence number.
type ID struct {
	_      struct{} `cbor:",toarray"`
	Writer Writer
	Seq    uint64
}

// String is the writer's id and the sequence number, for a person.
func (id ID) String() string { return fmt.Sprintf("%s:%d", id.Writer, id.Seq) }

// Stamp places an event in merge order.
type Stamp struct {
	_    struct{} `cbor:",toarray"`
	Time int64    // the author's wall clock, ns
	ID   ID
}

// Compare is merge order: author's clock, then writer, then sequence.
func (s Stamp) Compare(o Stamp) int {
	if c := cmp.Compare(s.Time, o.Time); c != 0 {
		return c
	}
	if c := bytes.Compare(s.ID.Writer[:], o.ID.Writer[:]); c != 0 {
		return c
	}
	return cmp.Compare(s.ID.Seq, o.ID.Seq)
}

// Draft is an event that nobody has numbered yet.
type Draft struct {
	Stream   string
	Body     Body
	Replaces []ID
}

// Event is one event with its envelope.
type Event struct {
	ID       ID
	Count    uint64 // sequence numbers covered, at least 1
	Commit   uint64 // the group commit that made it durable
	Before   uint64 // bytes of that commit that stand before it in the log
	Stream   string
	Type     string
	Version  uint64
	Must     bool // a reader that does not know Type must stop this stream
	Device   Writer
	Person   string
	Time     int64 // the author's wall clock, ns since 1970
	Replaces []ID
	Body     cbor.RawMessage
}

// Stamp is the event's place in merge order.
func (e *Event) Stamp() Stamp { return Stamp{Time: e.Time, ID: e.ID} }

// Last is the last sequence number that the event covers.
func (e *Event) Last() uint64 { return e.ID.Seq + e.Count - 1 }

// KindEvent is the frame kind of an event; the other kinds belong to the
// journal.
const KindEvent = 2

// frame is the CBOR form of an event.
type frame struct {
	Kind     uint64          `cbor:"0,keyasint"`
	Writer   Writer          `cbor:"1,keyasint"`
	Commit   uint64          `cbor:"2,keyasint"`
	Seq      uint64          `cbor:"3,keyasint"`
	Count    uint64          `cbor:"4,keyasint,omitempty"`
	Stream   string          `cbor:"5,keyasint"`
	Type     string          `cbor:"6,keyasint"`
	Version  uint64          `cbor:"7,keyasint"`
	Must     bool            `cbor:"8,keyasint,omitempty"`
	Device   Writer          `cbor:"9,keyasint"`
	Person   string          `cbor:"10,keyasint,omitempty"`
	Time     int64           `cbor:"11,keyasint"`
	Replaces []ID            `cbor:"12,keyasint,omitempty"`
	Body     cbor.RawMessage `cbor:"13,keyasint"`
	Before   uint64          `cbor:"14,keyasint,omitempty"`
}

var (
	encoder cbor.UserBufferEncMode
	decoder cbor.DecMode
)

func init() {
	var err error
	opts := cbor.CoreDetEncOptions()
	opts.NaNConvert = cbor.NaNConvertPreserveSignal
	opts.InfConvert = cbor.InfConvertNone
	opts.ShortestFloat = cbor.ShortestFloatNone
	if encoder, err = opts.UserBufferEncMode(); err != nil {
		panic(err)
	}
	decoder, err = cbor.DecOptions{
		DupMapKey: cbor.DupMapKeyEnforcedAPF, MaxNestedLevels: 16,
		MaxArrayElements: 1 << 20, MaxMapPairs: 1 << 20,
		IndefLength: cbor.IndefLengthForbidden, TagsMd: cbor.TagsForbidden,
		UTF8: cbor.UTF8DecodeInvalid, ByteStringToString: cbor.ByteStringToStringAllowed,
	}.DecMode()
	if err != nil {
		panic(err)
	}
}

// Marshal is the one CBOR encoding of the record: core deterministic.
func Marshal(v any) ([]byte, error) { return encoder.Marshal(v) }

// Unmarshal decodes CBOR within limits that hostile bytes cannot exceed.
func Unmarshal(data []byte, v any) error {
	if err := decoder.Unmarshal(data, v); err != nil {
		return fault.New(fault.Corrupt, "this is not a record of Varve: %v", err)
	}
	return nil
}

// Encode appends the payload of the event's frame to buf.
func (e *Event) Encode(buf *bytes.Buffer) error {
	f := frame{
		Kind: KindEvent, Writer: e.ID.Writer, Commit: e.Commit, Seq: e.ID.Seq,
		Stream: e.Stream, Type: e.Type, Version: e.Version, Must: e.Must,
		Device: e.Device, Person: e.Person, Time: e.Time, Replaces: e.Replaces, Body: e.Body, Before: e.Before,
	}
	if e.Count > 1 {
		f.Count = e.Count
	}
	return encoder.MarshalToBuffer(&f, buf)
}

// Decode reads what Encode wrote.
func Decode(payload []byte) (*Event, error) {
	var f frame
	if err := Unmarshal(payload, &f); err != nil {
		return nil, err
	}
	if f.Kind != KindEvent || f.Seq == 0 || f.Writer.IsZero() || f.Stream == "" || f.Type == "" || len(f.Body) == 0 {
		return nil, fault.New(fault.Corrupt, "this frame is not an event")
	}
	if f.Count > math.MaxUint64-f.Seq {
		return nil, fault.New(fault.Corrupt, "this event covers more sequence numbers than there are")
	}
	return &Event{
		ID: ID{Writer: f.Writer, Seq: f.Seq}, Count: max(f.Count, 1), Commit: f.Commit,
		Stream: f.Stream, Type: f.Type, Version: f.Version, Must: f.Must,
		Device: f.Device, Person: f.Person, Time: f.Time, Replaces: f.Replaces, Body: f.Body, Before: f.Before,
	}, nil
}
