package track

import (
	"strings"

	"dev.varve/backend/event"
)

// Folds of what concerns registered models and their versions.

func (s *state) applyRegistered(e *event.Event, m *RegisteredModel, body event.Body) error {
	if !s.begin(e, &m.Head) {
		return nil
	}
	switch b := body.(type) {
	case *event.ModelRegistered:
		if m.creates(e) {
			m.Made = b.Made
		}
		m.Changed = max(m.Changed, e.Time)
		if err := s.describeFirst(e, &m.Head, b.Name, b.Description, b.Tags); err != nil {
			return err
		}
	case *event.LabelSet:
		if err := s.noteChange(e, b, m.Labels); err != nil {
			return err
		}
		m.Labels.set(e, b.Key, Label{Value: b.Value, Gone: b.Gone}, m.Applied)
		if b.Key == event.LabelName || b.Key == event.LabelDescription {
			m.Changed = max(m.Changed, e.Time)
		}
		if strings.HasPrefix(b.Key, event.NumberPrefix) {
			s.registry.renumber(m.ID)
		}
	default:
		return misplaced(e)
	}
	s.finish(e, &m.Head, m, Facts)
	s.registry.index(m)
	return nil
}

func (s *state) applyVersion(e *event.Event, v *ModelVersion, body event.Body) error {
	if !s.begin(e, &v.Head) {
		return nil
	}
	switch b := body.(type) {
	case *event.ModelVersion:
		if err := s.createVersion(e, v, b); err != nil {
			return err
		}
	case *event.LabelSet:
		if err := s.noteChange(e, b, v.Labels); err != nil {
			return err
		}
		v.Labels.set(e, b.Key, Label{Value: b.Value, Gone: b.Gone}, v.Applied)
		s.versionChanged(e, v, b.Key)
	default:
		return misplaced(e)
	}
	s.finish(e, &v.Head, v, Facts)
	return nil
}

// createVersion takes the facts of the earliest creation.
func (s *state) createVersion(e *event.Event, v *ModelVersion, b *event.ModelVersion) error {
	was := *v
	v.Changed, v.Raised = max(v.Changed, e.Time), max(v.Raised, e.Time)
	if err := s.describeFirst(e, &v.Head, "", b.Description, b.Tags); err != nil {
		return err
	}
	if !v.creates(e) {
		s.registry.family(v.Facts.Model).raised = max(s.registry.family(v.Facts.Model).raised, v.Raised)
		return nil
	}
	if was.Known() {
		s.registry.leave(v)
	}
	v.Facts = *b
	v.Facts.Description, v.Facts.Tags = "", nil // labels now
	s.registry.enter(v)
	return nil
}

// versionChanged notes when a version, and with it its model, changed in what
// MLflow counts as a change.
func (s *state) versionChanged(e *event.Event, v *ModelVersion, label string) {
	switch label {
	case event.LabelStage, event.LabelTrash:
		v.Raised = max(v.Raised, e.Time)
		if v.Known() {
			f := s.registry.family(v.Facts.Model)
			f.raised = max(f.raised, v.Raised)
		}
	case event.LabelDescription:
	default:
		return
	}
	v.Changed = max(v.Changed, e.Time)
}

// describeFirst sets the labels that a creation brings along.
func (s *state) describeFirst(e *event.Event, h *Head, name, description string, tags map[string]string) error {
	if err := s.noteCreation(e, name, tags, h.Labels); err != nil {
		return err
	}
	if err := s.noteCreated(e, event.LabelDescription, description, h.Labels); err != nil {
		return err
	}
	if description != "" {
		h.Labels.set(e, event.LabelDescription, Label{Value: description, First: true}, h.Applied)
	}
	h.Labels.first(e, name, tags, h.Applied)
	return nil
}

// forgetRegistered forgets a registered model that was purged. Its versions have
// streams of their own.
func (s *state) forgetRegistered(id string) {
	s.registry.unlist(id)
	delete(s.registry.models, id)
	if f, ok := s.registry.families[id]; ok && len(f.list) == 0 {
		delete(s.registry.families, id)
		return
	}
	s.registry.renumber(id)
}

func (s *state) forgetVersion(id string) {
	v, ok := s.registry.versions[id]
	if !ok {
		return
	}
	delete(s.registry.versions, id)
	if v.Known() {
		s.registry.leave(v)
	}
}

// updatedAt is when a model or one of its versions last changed, in ms since 1970.
func (r *registry) updatedAt(m *RegisteredModel) int64 {
	changed := m.Changed
	if f, ok := r.families[m.ID]; ok {
		changed = max(changed, f.raised)
	}
	if changed == m.Created.Time { // nothing has happened since
		return m.MadeAt()
	}
	return changed / 1e6
}

// versionUpdatedAt is likewise for a version: its model's name is its own, too.
func (r *registry) versionUpdatedAt(v *ModelVersion) int64 {
	changed := v.Changed
	if m, ok := r.models[v.Facts.Model]; ok {
		changed = max(changed, m.renamedAt())
	}
	if changed == v.Created.Time {
		return v.MadeAt()
	}
	return changed / 1e6
}

// renamedAt is when the model got its present name, if it has had another one.
func (m *RegisteredModel) renamedAt() int64 {
	name := m.Labels[event.LabelName]
	if name == nil || len(name.Heads) == 0 {
		return 0
	}
	if shown := name.Heads[len(name.Heads)-1]; !shown.Value.First {
		return shown.Stamp.Time
	}
	return 0
}
