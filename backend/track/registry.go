package track

import (
	"cmp"
	"maps"
	"slices"
)

// registry holds registered models and their versions, and finds them by name and
// number. It is computed from the records alone.
type registry struct {
	models   map[string]*RegisteredModel
	versions map[string]*ModelVersion
	families map[string]*family // by id of the registered model
	names    map[string][]string
	shown    map[string]string // the name under which a model is in names
}

func newRegistry() *registry {
	return &registry{
		models: map[string]*RegisteredModel{}, versions: map[string]*ModelVersion{}, families: map[string]*family{},
		names: map[string][]string{}, shown: map[string]string{},
	}
}

// family is the versions of one registered model.
type family struct {
	list    []*ModelVersion          // in merge order
	numbers map[uint64]*ModelVersion // by the number that is shown; nil: it was purged
	next    map[uint64]uint64        // from a taken number towards the next free one
	highest uint64
	raised  int64 // ns
}

func (r *registry) model(id string) *RegisteredModel {
	return get(r.models, id, func() *RegisteredModel { return &RegisteredModel{Head: newHead(id)} })
}

func (r *registry) version(id string) *ModelVersion {
	return get(r.versions, id, func() *ModelVersion { return &ModelVersion{Head: newHead(id)} })
}

func (r *registry) family(model string) *family {
	return get(r.families, model, func() *family { return &family{numbers: map[uint64]*ModelVersion{}, next: map[uint64]uint64{}} })
}

// indexAll is for records that were just read.
func (r *registry) indexAll() {
	for id, m := range r.models {
		r.index(m)
		if len(m.kept()) > 0 { // numbers of versions that are all gone
			r.family(id)
		}
	}
	for _, v := range r.versions {
		if v.Known() {
			f := r.family(v.Facts.Model)
			f.list = append(f.list, v)
		}
	}
	for id, f := range r.families {
		slices.SortFunc(f.list, func(a, b *ModelVersion) int { return a.Created.Compare(b.Created) })
		r.renumber(id)
	}
}

// index keeps a model findable by its name, as long as it is not in the trash.
// Two devices may have made two models of one name; the earlier one is found.
func (r *registry) index(m *RegisteredModel) {
	r.unlist(m.ID)
	if !m.Known() || m.Trashed() {
		return
	}
	name := m.Name()
	ids := append(r.names[name], m.ID)
	slices.SortFunc(ids, func(a, b string) int { return r.models[a].Created.Compare(r.models[b].Created) })
	r.names[name], r.shown[m.ID] = ids, name
}

func (r *registry) unlist(id string) {
	name, ok := r.shown[id]
	if !ok {
		return
	}
	ids := slices.DeleteFunc(r.names[name], func(other string) bool { return other == id })
	if r.names[name] = ids; len(ids) == 0 {
		delete(r.names, name)
	}
	delete(r.shown, id)
}

// byName finds the model of a name that is not in the trash.
func (r *registry) byName(name string) *RegisteredModel {
	if ids := r.names[name]; len(ids) > 0 {
		return r.models[ids[0]]
	}
	return nil
}

// live finds a version by number unless it, or its model, is in the trash.
func (r *registry) live(m *RegisteredModel, number uint64) *ModelVersion {
	f, ok := r.families[m.ID]
	if !ok {
		return nil
	}
	if v := f.numbers[number]; v != nil && !v.Trashed() {
		return v
	}
	return nil
}

// enter puts a version among those of its model. Usually it is the last one.
func (r *registry) enter(v *ModelVersion) {
	f := r.family(v.Facts.Model)
	f.raised = max(f.raised, v.Raised)
	if n := len(f.list); n > 0 && f.list[n-1].Created.Compare(v.Created) > 0 {
		i, _ := slices.BinarySearchFunc(f.list, v, func(a, b *ModelVersion) int { return a.Created.Compare(b.Created) })
		f.list = slices.Insert(f.list, i, v)
		r.renumber(v.Facts.Model)
		return
	}
	f.list = append(f.list, v)
	f.give(v, r.kept(v.Facts.Model))
}

// leave takes a version out.
func (r *registry) leave(v *ModelVersion) {
	f := r.family(v.Facts.Model)
	f.list = slices.DeleteFunc(f.list, func(other *ModelVersion) bool { return other == v })
	if v.number = 0; len(f.list) == 0 && r.models[v.Facts.Model] == nil {
		delete(r.families, v.Facts.Model)
		return
	}
	r.renumber(v.Facts.Model)
}

func (r *registry) kept(model string) map[uint64]string {
	if m, ok := r.models[model]; ok {
		return m.kept()
	}
	return nil
}

// renumber gives all versions of a model their numbers.
func (r *registry) renumber(model string) {
	f := r.family(model)
	clear(f.numbers)
	clear(f.next)
	f.highest, f.raised = 0, 0
	kept := r.kept(model)
	for n := range kept { // also those of versions that were purged
		f.take(n, nil)
	}
	for _, v := range f.list {
		f.raised = max(f.raised, v.Raised)
		f.give(v, kept)
	}
}

// mostNumber is far above any number, and below where counting on would overflow.
const mostNumber = 1 << 62

// give gives a version its number.
func (f *family) give(v *ModelVersion, kept map[uint64]string) {
	if n, ok := keptFor(v.ID, kept); ok {
		v.number = n
		f.numbers[n] = v
		return
	}
	asked := min(max(v.Facts.Number, 1), mostNumber)
	n := asked
	for f.next[n] != 0 {
		n = f.next[n]
	}
	for at := asked; at != n; { // the next one that asks is there at once
		at, f.next[at] = f.next[at], n
	}
	v.number = n
	f.take(n, v)
}

// keptFor is the number that a version keeps: of several, the lowest.
func keptFor(version string, kept map[uint64]string) (number uint64, ok bool) {
	for n, id := range kept {
		if id == version && (!ok || n < number) {
			number, ok = n, true
		}
	}
	return number, ok
}

func (f *family) take(n uint64, v *ModelVersion) {
	f.numbers[n], f.next[n] = v, n+1
	f.highest = max(f.highest, n)
}

// aliasesOf lists the aliases that point to a version, sorted.
func (r *registry) aliasesOf(v *ModelVersion) []string {
	m, ok := r.models[v.Facts.Model]
	if !ok {
		return nil
	}
	var out []string
	for alias, id := range m.Labels.aliases() {
		if id == v.ID {
			out = append(out, alias)
		}
	}
	slices.Sort(out)
	return out
}

// liveAliases are the versions by alias, as far as they are there.
func (r *registry) liveAliases(m *RegisteredModel) map[string]*ModelVersion {
	out := map[string]*ModelVersion{}
	for alias, id := range m.Labels.aliases() {
		if v := r.versions[id]; v != nil && v.Known() && !v.Trashed() && v.Facts.Model == m.ID {
			out[alias] = v
		}
	}
	return out
}

// latest are the highest versions of each stage, the highest last.
func (r *registry) latest(m *RegisteredModel) []*ModelVersion {
	stages := map[string]*ModelVersion{}
	for _, v := range r.family(m.ID).list {
		if best := stages[v.Stage()]; !v.Trashed() && (best == nil || best.number < v.number) {
			stages[v.Stage()] = v
		}
	}
	list := slices.Collect(maps.Values(stages))
	slices.SortFunc(list, func(a, b *ModelVersion) int { return cmp.Compare(a.number, b.number) })
	return list
}
