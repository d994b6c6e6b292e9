package content_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/fxamacker/cbor/v2"

	"dev.varve/backend/content"
	"dev.varve/backend/fault"
)

// The first is BLAKE3's own test vector; the others pin our contexts.
func TestNamesArePinned(t *testing.T) {
	cases := []struct {
		kind content.Kind
		data string
		want string
	}{
		{content.KindData, "", "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"},
		{content.KindData, "varve", "b6c53dc6bcd09a79138007bc1a477217cbb567990884de30a976569402024db7"},
		{content.KindTree, "varve", "389aa953fc5500cc840123ccbda69a59675f94f4e46bf94df8c991fa00a6864c"},
	}
	for _, c := range cases {
		if got := content.Sum(c.kind, []byte(c.data)).String(); got != c.want {
			t.Errorf("Sum(%s, %q) = %s, want %s", c.kind, c.data, got, c.want)
		}
	}
}

func TestIDForms(t *testing.T) {
	id := content.Sum(content.KindData, []byte("x"))
	var again content.ID
	text, _ := id.MarshalText()
	if err := again.UnmarshalText(text); err != nil || again != id {
		t.Fatalf("text form: %v, %v", again, err)
	}
	raw, err := cbor.Marshal(id)
	if err != nil || !bytes.Equal(raw, append([]byte{0x58, 32}, id[:]...)) {
		t.Fatalf("CBOR form: %x, %v", raw, err)
	}
	again = content.ID{}
	if err := cbor.Unmarshal(raw, &again); err != nil || again != id || id.IsZero() {
		t.Fatalf("CBOR form: %v, %v", again, err)
	}
	var d content.Digest
	if err := cbor.Unmarshal(raw, &d); err != nil || d != content.Digest(id) {
		t.Fatalf("digest from CBOR: %v, %v", d, err)
	}
}

func TestIDRefusesOtherForms(t *testing.T) {
	good := strings.Repeat("ab", 32)
	for _, text := range []string{"", good[1:], good + "00", "g" + good[1:], strings.ToUpper(good)[:63] + " "} {
		if _, err := content.ParseID(text); !errors.Is(err, fault.Invalid) {
			t.Errorf("ParseID(%q): %v", text, err)
		}
		if _, err := content.ParseDigest(text); !errors.Is(err, fault.Invalid) {
			t.Errorf("ParseDigest(%q): %v", text, err)
		}
	}
	for _, raw := range [][]byte{{0x58, 31}, {0x40}, {0x01}, append([]byte{0x78, 32}, make([]byte, 32)...)} {
		var id content.ID
		if err := id.UnmarshalCBOR(raw); !errors.Is(err, fault.Corrupt) {
			t.Errorf("UnmarshalCBOR(%x): %v", raw, err)
		}
	}
}

func TestRefForms(t *testing.T) {
	name := content.Sum(content.KindData, []byte("abc"))
	one := content.Ref{Size: 3, ID: name, Digest: content.Digest(name)}
	many := content.Ref{Size: 1 << 33, Class: content.Class512K, Depth: 3, ID: name, Digest: content.Digest{1}}
	for _, ref := range []content.Ref{one, many} {
		raw, err := cbor.Marshal(ref)
		if err != nil {
			t.Fatal(err)
		}
		var again content.Ref
		if err := cbor.Unmarshal(raw, &again); err != nil || again != ref {
			t.Fatalf("%+v came back as %+v, %v", ref, again, err)
		}
	}
	bad := map[string]struct {
		ref  content.Ref
		kind fault.Kind
	}{
		"depth 9":         {content.Ref{Size: 1, Depth: 9, ID: name}, fault.Corrupt},
		"huge chunk":      {content.Ref{Size: content.MaxObject + 1, ID: name, Digest: content.Digest(name)}, fault.Corrupt},
		"negative":        {content.Ref{Size: -1, Depth: 1, ID: name}, fault.Corrupt},
		"new class":       {content.Ref{Size: 1, Class: 3, Depth: 1, ID: name}, fault.Newer},
		"other digest":    {content.Ref{Size: 3, ID: name}, fault.Corrupt},
		"empty, not none": {content.Ref{Size: 0, ID: name, Digest: content.Digest(name)}, fault.Corrupt},
	}
	for what, c := range bad {
		if err := c.ref.Check(); !errors.Is(err, c.kind) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// FuzzRef reads references of any bytes: what is accepted has one form only.
func FuzzRef(f *testing.F) {
	name := content.Sum(content.KindData, []byte("abc"))
	for _, ref := range []content.Ref{
		{Size: 3, ID: name, Digest: content.Digest(name)},
		{Size: 1 << 33, Class: content.Class512K, Depth: 3, ID: name, Digest: content.Digest{1}},
	} {
		raw, err := cbor.Marshal(ref)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var ref content.Ref
		err := ref.UnmarshalCBOR(raw)
		if err != nil {
			if !errors.Is(err, fault.Corrupt) && !errors.Is(err, fault.Newer) {
				t.Fatal(err)
			}
			return
		}
		again, err := ref.MarshalCBOR()
		if err != nil || !bytes.Equal(again, raw) {
			t.Fatalf("%x came back as %x, %v", raw, again, err)
		}
	})
}
