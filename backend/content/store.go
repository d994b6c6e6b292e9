package content

import (
	"context"

	"dev.varve/backend/fault"
)

// MaxObject is the largest object that can be stored, in bytes. The largest
// chunk of any class is smaller; the bound is for what comes from outside.
const MaxObject = 8 << 20

// Store keeps objects by their names. It is safe for concurrent use. Package
// contenttest has the tests that every implementation passes.
//
// A context that is done makes any call fail with fault.Cancelled.
type Store interface {
	// Put stores an object under its name, which must be Sum(kind, data); the
	// caller has computed it, and Put does not do so again. What is stored
	// already is not stored twice, and putting it again is no error. The object
	// can be read at once, but is durable only after the next Flush that
	// returned nil. Put does not keep data.
	//
	// Fails with fault.Invalid for an object that is empty or larger than
	// MaxObject and with fault.NoSpace on a full disk; in both cases nothing
	// was stored.
	Put(ctx context.Context, kind Kind, id ID, data []byte) error

	// Get returns an object whose bytes have been checked against its name.
	// They belong to the caller. It fails with fault.NotFound when there is no
	// such object and with fault.Corrupt when there are only damaged bytes.
	Get(ctx context.Context, id ID) ([]byte, error)

	// Has reports whether Get would find an object; it does not look at its bytes.
	Has(ctx context.Context, id ID) (bool, error)

	// Flush makes everything durable that was put before, by anybody. If it
	// fails, nothing may be said about objects put since the last good one,
	// and a later Flush fails as well until they are safe.
	Flush(ctx context.Context) error
}

// Appender is what a Store may do as well: Get without a new buffer for each
// object. Streaming a large file then makes no garbage.
type Appender interface {
	// AppendObject appends an object to dst, as Get would return it.
	AppendObject(ctx context.Context, id ID, dst []byte) ([]byte, error)
}

// Holder is what a Store may do as well: say of what it has that it need not be put
// again, object by object or all at once.
type Holder interface {
	// Holds reports whether Put of an object would have nothing to do.
	Holds(ctx context.Context, id ID) (bool, error)
	// Holdings describe all that was flushed.
	Holdings() []byte
	// StillHolds reports whether nothing that holdings describe was lost since, or is
	// about to be deleted.
	StillHolds(holdings []byte) bool
}

// Cancelled turns the end of a context into a fault, and is nil before it.
func Cancelled(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return &fault.Error{Kind: fault.Cancelled, Message: "stopped before it was done", Err: context.Cause(ctx)}
	}
	return nil
}
