package packs

import (
	"encoding/binary"
	"sync"

	"dev.varve/backend/content"
)

// keySize is how much of an id the catalogue in memory keeps. 128 bits of
// BLAKE3 collide neither by chance nor, for less than 2^64 tries, on purpose;
// and what is read is checked against the whole id in any case.
const keySize = 16

// memoryEntry is 28 bytes.
type memoryEntry struct {
	key    [keySize]byte
	pack   uint32 // index in packs; noPack: forgotten
	offset uint32
	stored uint32
}

const (
	noPack   = ^uint32(0)
	pageBits = 10
	pageSize = 1 << pageBits
)

// Memory is a Catalog that lives as long as its process: for agents, which
// know only what they wrote themselves. An entry takes some 36 bytes: entries
// lie in pages that never move, and a hash table of their numbers finds them.
type Memory struct {
	mu     sync.RWMutex
	pages  [][]memoryEntry
	count  uint32
	slots  []uint32 // open addressing; number of an entry + 1, 0 is free
	packs  []Pack   // Name is zero for forgotten ones
	byName map[Name]uint32
}

var _ Catalog = (*Memory)(nil)

// NewMemory makes an empty catalogue.
func NewMemory() *Memory {
	return &Memory{slots: make([]uint32, 64), byName: map[Name]uint32{}}
}

// Lookup finds where an object lies.
func (m *Memory) Lookup(id content.ID) (Location, bool, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	slot := m.slot(id)
	if m.slots[slot] == 0 {
		return Location{}, false, nil
	}
	e := m.entry(m.slots[slot] - 1)
	if e.pack == noPack || m.packs[e.pack].Name == (Name{}) {
		return Location{}, false, nil
	}
	return Location{Pack: m.packs[e.pack].Name, Offset: e.offset, Stored: e.stored}, true, nil
}

// Packs lists all packs.
func (m *Memory) Packs() ([]Pack, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	list := make([]Pack, 0, len(m.byName))
	for _, i := range m.byName {
		list = append(list, m.packs[i])
	}
	return list, nil
}

// Add remembers a pack and its records.
func (m *Memory) Add(pack Pack, records []Record) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	number, ok := m.byName[pack.Name]
	if !ok {
		number = uint32(len(m.packs))
		m.packs = append(m.packs, Pack{})
		m.byName[pack.Name] = number
	}
	m.packs[number] = pack
	for _, r := range records {
		m.put(r, number)
	}
	return nil
}

// Forget drops a pack and those ids that are still in it.
func (m *Memory) Forget(pack Name, ids []content.ID) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	number, ok := m.byName[pack]
	if !ok {
		return nil
	}
	delete(m.byName, pack)
	m.packs[number] = Pack{}
	for _, id := range ids {
		if slot := m.slot(id); m.slots[slot] != 0 {
			if e := m.entry(m.slots[slot] - 1); e.pack == number {
				e.pack = noPack
			}
		}
	}
	return nil
}

func (m *Memory) entry(n uint32) *memoryEntry { return &m.pages[n>>pageBits][n&(pageSize-1)] }

// slot is where an id is, or where it belongs.
func (m *Memory) slot(id content.ID) uint32 {
	mask := uint32(len(m.slots) - 1)
	key := [keySize]byte(id[:])
	for at := binary.LittleEndian.Uint32(id[:]) & mask; ; at = (at + 1) & mask {
		if n := m.slots[at]; n == 0 || m.entry(n-1).key == key {
			return at
		}
	}
}

func (m *Memory) put(r Record, pack uint32) {
	slot := m.slot(r.ID)
	if m.slots[slot] == 0 {
		if int(m.count)+1 > len(m.slots)*3/4 {
			m.grow()
			slot = m.slot(r.ID)
		}
		if m.count&(pageSize-1) == 0 {
			m.pages = append(m.pages, make([]memoryEntry, pageSize))
		}
		m.count++
		m.slots[slot] = m.count
	}
	*m.entry(m.slots[slot] - 1) = memoryEntry{[keySize]byte(r.ID[:]), pack, r.Offset, r.Stored}
}

// grow doubles the table of numbers; the entries stay where they are.
func (m *Memory) grow() {
	old := m.slots
	m.slots = make([]uint32, 2*len(old))
	mask := uint32(len(m.slots) - 1)
	for _, n := range old {
		if n == 0 {
			continue
		}
		at := binary.LittleEndian.Uint32(m.entry(n - 1).key[:]) & mask
		for m.slots[at] != 0 {
			at = (at + 1) & mask
		}
		m.slots[at] = n
	}
}
