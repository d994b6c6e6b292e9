package api

// Verification asks to read versions of data and to compare them with what was laid down.
type Verification struct {
	Versions []VersionChoice `json:"versions,omitempty" doc:"Which ones; none: all of all data sets"`
	Sample   float64         `json:"sample,omitempty" minimum:"0" maximum:"100" doc:"Percent of the content that is read, by chance; 0: all"`
	From     string          `json:"from,omitempty" doc:"A file or folder of this computer that may hold what is damaged, absolute: it is laid down again"`
}

// VersionChoice names one version of a data set, or all of them.
type VersionChoice struct {
	Dataset string `json:"dataset" doc:"Id of the data set"`
	Version string `json:"version,omitempty" doc:"Id of the version; empty: all"`
}

// Verified is what came of it, as JSON in the result of the job.
type Verified struct {
	Versions int          `json:"versions"`
	Files    int64        `json:"files" doc:"Of all these versions"`
	Bytes    int64        `json:"bytes" doc:"Of all these versions"`
	Read     int64        `json:"read" doc:"Bytes of different content that were read"`
	Count    int          `json:"count" doc:"Damaged files and folders that are left"`
	Mended   int          `json:"mended" doc:"Those that were damaged, and are whole again"`
	Damage   []DataDamage `json:"damage" doc:"The first thousand of them"`
}

// DataDamage is something of a version that is not as it was laid down.
type DataDamage struct {
	Name    string `json:"name" doc:"Of the data set"`
	Version uint64 `json:"version"`
	Path    string `json:"path" doc:"Of a file, or of a folder of which a part is lost; empty: all of it"`
	Why     string `json:"why"`
	Hint    string `json:"hint,omitempty"`
}
