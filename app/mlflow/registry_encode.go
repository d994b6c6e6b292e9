package mlflow

import (
	"maps"
	"slices"
	"strconv"

	"dev.varve/backend/event"
	"dev.varve/backend/track"
)

// appendRegistered appends a registered model as MLflow writes it.
func appendRegistered(b []byte, r track.Registry, m *track.RegisteredModel) []byte {
	b = memberString(append(b, '{'), "name", m.Name())
	b = memberInt(b, "creation_timestamp", m.MadeAt())
	b = memberInt(b, "last_updated_timestamp", r.UpdatedAt(m))
	b = memberSet(b, "description", m.Description())
	b = appendVersions(b, "latest_versions", r, r.LatestByStage(m), false)
	b = appendTags(b, "tags", m.Labels.Tags())
	if aliases := r.Aliases(m); len(aliases) > 0 {
		b = append(member(b, "aliases"), '[')
		for _, alias := range slices.Sorted(maps.Keys(aliases)) {
			b = memberString(append(next(b), '{'), "alias", alias)
			b = append(memberString(b, "version", digits(aliases[alias].Number())), '}')
		}
		b = append(b, ']')
	}
	return append(b, '}')
}

func digits(n uint64) string { return strconv.FormatUint(n, 10) }

// appendVersions appends a list of versions, unless it is empty.
func appendVersions(b []byte, name string, r track.Registry, list []*track.ModelVersion, aliases bool) []byte {
	if len(list) == 0 {
		return b
	}
	b = append(member(b, name), '[')
	for _, v := range list {
		b = appendVersion(next(b), r, v, aliases)
	}
	return append(b, ']')
}

// appendVersion appends a version as MLflow writes it, which says its aliases only
// where a single version, or the latest ones, are asked for.
func appendVersion(b []byte, r track.Registry, v *track.ModelVersion, aliases bool) []byte {
	b = append(b, '{')
	if m := r.Of(v); m != nil {
		b = memberString(b, "name", m.Name())
	}
	b = memberString(b, "version", digits(v.Number()))
	b = memberInt(b, "creation_timestamp", v.MadeAt())
	b = memberInt(b, "last_updated_timestamp", r.VersionUpdatedAt(v))
	if label, ok := v.Labels[event.LabelDescription].Get(); !ok || !label.Gone {
		b = memberString(b, "description", label.Value)
	}
	b = memberString(b, "current_stage", v.Stage())
	b = memberString(b, "source", v.Facts.Source)
	b = memberString(b, "run_id", v.Facts.Run)
	b = memberString(b, "run_link", v.Facts.RunLink)
	b = memberString(b, "status", v.Status())
	b = memberSet(b, "status_message", v.Facts.Message)
	b = appendTags(b, "tags", v.Labels.Tags())
	if aliases {
		if list := r.AliasesOf(v); len(list) > 0 {
			b = append(member(b, "aliases"), '[')
			for _, alias := range list {
				b = appendString(next(b), alias)
			}
			b = append(b, ']')
		}
	}
	return append(b, '}')
}
