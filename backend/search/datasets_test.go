package search

import (
	"reflect"
	"testing"
)

func TestPackedDatasetsComeBack(t *testing.T) {
	for _, inputs := range [][]Dataset{
		nil,
		{{Name: "wine", Digest: "12ab"}},
		{{Name: "", Digest: "", Context: "", HasContext: true}},
		{{Name: "wine, red", Digest: "12ab", Context: "training", HasContext: true, ID: "d", Version: "v"}, {Name: "ünïcode\n"}},
	} {
		if got := UnpackDatasets(PackDatasets(inputs)); !reflect.DeepEqual(got, inputs) {
			t.Errorf("%+v comes back as %+v", inputs, got)
		}
	}
	if got := UnpackDatasets(PackDatasets([]Dataset{{Name: "a" + fieldEnd + "b" + inputEnd}})); len(got) != 1 || got[0].Name != "a b " {
		t.Errorf("separators in a name give %+v", got)
	}
}
