package search

import "strings"

// Separators of PackDatasets: characters that no name of a data set needs.
const (
	fieldEnd = "\x1f"
	inputEnd = "\x1e"
)

// PackDatasets writes the inputs of a run as one text, so that runs with the
// same inputs have the same one.
func PackDatasets(inputs []Dataset) string {
	var b strings.Builder
	clean := strings.NewReplacer(fieldEnd, " ", inputEnd, " ")
	for _, d := range inputs {
		for _, field := range []string{d.Name, d.Digest, d.Context, map[bool]string{true: "c"}[d.HasContext], d.ID, d.Version} {
			b.WriteString(clean.Replace(field))
			b.WriteString(fieldEnd)
		}
		b.WriteString(inputEnd)
	}
	return b.String()
}

// UnpackDatasets reads what PackDatasets wrote.
func UnpackDatasets(packed string) []Dataset {
	var inputs []Dataset
	for _, input := range strings.Split(packed, inputEnd) {
		if f := strings.Split(input, fieldEnd); len(f) == 7 {
			inputs = append(inputs, Dataset{Name: f[0], Digest: f[1], Context: f[2], HasContext: f[3] != "", ID: f[4], Version: f[5]})
		}
	}
	return inputs
}
