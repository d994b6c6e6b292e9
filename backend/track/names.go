package track

import "fmt"

// Words for names of runs, from the shore of a lake.
var (
	adjectives = []string{
		"amber", "ashen", "bright", "calm", "clear", "cold", "dark", "deep", "dim", "drifting", "early", "even",
		"faint", "fine", "frozen", "gentle", "glacial", "golden", "green", "grey", "hidden", "late", "light", "long",
		"low", "mild", "misty", "north", "old", "open", "pale", "patient", "quiet", "rare", "round", "settled",
		"shallow", "silent", "silver", "slow", "small", "soft", "south", "still", "tall", "thin", "true", "warm",
		"west", "white", "wide", "winter",
	}
	nouns = []string{
		"alder", "basin", "bay", "beach", "bed", "birch", "clay", "cove", "current", "delta", "diatom", "drift",
		"dune", "esker", "fern", "floe", "gravel", "gyttja", "heron", "ice", "inlet", "isle", "kettle", "lagoon",
		"larch", "layer", "loess", "marl", "mayfly", "moraine", "moss", "mere", "ostracod", "otter", "peat", "pebble",
		"pike", "pollen", "reed", "ridge", "ripple", "sand", "sedge", "shale", "shoal", "shore", "silt", "spring",
		"tarn", "tephra", "thaw", "trout", "willow",
	}
)

// randomName makes a name for a run that was given none: amber-mayfly-318.
func (t *Tracker) randomName() string {
	b := t.random(4)
	n := (int(b[2])<<8 | int(b[3])) % 1000
	return fmt.Sprintf("%s-%s-%03d", adjectives[int(b[0])%len(adjectives)], nouns[int(b[1])%len(nouns)], n)
}
