package track

import (
	"strconv"
	"strings"

	"dev.varve/backend/event"
)

// RegisteredModel is a name under which versions of a model stand. Its aliases
// and the numbers of its versions are labels that hold ids.
type RegisteredModel struct {
	Head    `cbor:"1,keyasint"`
	Made    int64 `cbor:"2,keyasint,omitempty"` // ms since 1970, when it was made elsewhere before
	Changed int64 `cbor:"3,keyasint"`           // ns: of its creation, and the last change of name and description
}

// ModelVersion is one version of a registered model.
type ModelVersion struct {
	Head    `cbor:"1,keyasint"`
	Facts   event.ModelVersion `cbor:"2,keyasint"` // as it was made, but for what are labels now
	Changed int64              `cbor:"3,keyasint"` // ns: of its creation, and the last change of description, stage and trash
	Raised  int64              `cbor:"4,keyasint"` // ns: likewise, what counts as a change of the registered model, too

	number uint64 // that is shown
}

// Stages of a version, as in MLflow.
const (
	StageNone       = "None"
	StageStaging    = "Staging"
	StageProduction = "Production"
	StageArchived   = "Archived"
)

// Stages lists all of them, as MLflow's messages do.
var Stages = []string{StageNone, StageStaging, StageProduction, StageArchived}

// VersionReady is the status of a version that can be used.
const VersionReady = "READY"

// Number is the number that is shown: the one that its author saw free, unless
// an earlier version in merge order, or one that was purged, has it.
func (v *ModelVersion) Number() uint64 { return v.number }

// Renumbered reports whether another version, which was made apart, has taken
// the number that the author of this one saw free.
func (v *ModelVersion) Renumbered() bool { return v.number != v.Facts.Number }

// Stage is one of Stages.
func (v *ModelVersion) Stage() string {
	if stage, ok := v.Labels.get(event.LabelStage); ok {
		return stage
	}
	return StageNone
}

// Status is MLflow's: READY, PENDING_REGISTRATION or FAILED_REGISTRATION.
func (v *ModelVersion) Status() string {
	if v.Facts.Status == "" {
		return VersionReady
	}
	return v.Facts.Status
}

// Location is where the files lie.
func (v *ModelVersion) Location() string {
	if v.Facts.Location != "" {
		return v.Facts.Location
	}
	return v.Facts.Source
}

// Description is in Markdown.
func (h *Head) Description() string {
	text, _ := h.Labels.get(event.LabelDescription)
	return text
}

// MadeAt is when the model was made, here or elsewhere, ms since 1970.
func (m *RegisteredModel) MadeAt() int64 { return madeAt(&m.Head, m.Made) }

// MadeAt is when the version was made, here or elsewhere, ms since 1970.
func (v *ModelVersion) MadeAt() int64 { return madeAt(&v.Head, v.Facts.Made) }

func digits(n uint64) string { return strconv.FormatUint(n, 10) }

// kept are the versions that keep their numbers for ever, by number.
func (m *RegisteredModel) kept() map[uint64]string {
	out := map[uint64]string{}
	for key := range m.Labels {
		digits, ok := strings.CutPrefix(key, event.NumberPrefix)
		if !ok {
			continue
		}
		if id, ok := m.Labels.get(key); ok {
			if n, ok := versionNumber(digits); ok {
				out[n] = id
			}
		}
	}
	return out
}
