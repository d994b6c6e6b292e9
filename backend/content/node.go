package content

import (
	"context"

	"github.com/fxamacker/cbor/v2"

	"dev.varve/backend/fault"
)

// nodeVersion is the version of all nodes that this package writes.
const nodeVersion = 1

// nodeType says what a node is.
type nodeType uint8

const (
	typeLeaf  nodeType = 1
	typeIndex nodeType = 2
	typeList  nodeType = 3
	typeRoot  nodeType = 4
)

// node is the frame that all nodes have.
type node struct {
	_       struct{} `cbor:",toarray"`
	Version uint8
	Type    nodeType
	Body    any
}

// putNode encodes and stores a node.
func putNode(ctx context.Context, store Store, t nodeType, body any) (ID, error) {
	data, err := encoder.Marshal(node{Version: nodeVersion, Type: t, Body: body})
	if err != nil {
		return ID{}, fault.Wrap(err, fault.Internal, "encode", "a tree node")
	}
	id := Sum(KindTree, data)
	return id, store.Put(ctx, KindTree, id, data)
}

// frameLength is how many bytes come before the body: the array's head,
// version and type are one byte each.
const frameLength = 3

// typeOf looks at the frame of a node and returns the bytes of its body.
// Newer versions are told apart before anything else is believed.
func typeOf(data []byte) (nodeType, []byte, error) {
	const arrayOf3 = 0x83
	if len(data) > frameLength && data[0] == arrayOf3 && data[1] == nodeVersion && data[2] <= byte(typeRoot) {
		return nodeType(data[2]), data[frameLength:], nil
	}
	var parts []cbor.RawMessage
	var version uint64
	if decoder.Unmarshal(data, &parts) == nil && len(parts) > 0 &&
		decoder.Unmarshal(parts[0], &version) == nil && version > nodeVersion {
		return 0, nil, fault.New(fault.Newer, "a tree node has version %d; this Varve knows version %d", version, nodeVersion).
			WithHint("Use a later version of Varve.")
	}
	return 0, nil, corrupt("a tree node is not in the form that it should have")
}

// decodeNode decodes a node that must be of a type into a pointer to its body.
func decodeNode(data []byte, want nodeType, into any) error {
	t, body, err := typeOf(data)
	if err != nil {
		return err
	}
	if t != want {
		return corrupt("a tree node is of type %d where type %d should be", t, want)
	}
	return decodeExactly(body, into)
}
