package api

// DataChanges is how two versions of a data set differ. Its counts are exact,
// however few changes are listed.
type DataChanges struct {
	From     VersionName  `json:"from"`
	To       VersionName  `json:"to"`
	Added    ChangeCount  `json:"added"`
	Removed  ChangeCount  `json:"removed"`
	Changed  ChangeCount  `json:"changed"`
	Moved    ChangeCount  `json:"moved" doc:"Files with the same content at another path"`
	Grown    int64        `json:"grown" doc:"Bytes that the second version has more than the first"`
	Changes  []DataChange `json:"changes" doc:"By path, names in bytewise order, a folder before what is in it"`
	More     int64        `json:"more" doc:"Changes that are not listed"`
	Unpaired bool         `json:"unpaired" doc:"So many files were added and removed that none was looked for at another path"`
}

// VersionName names a version of a data set.
type VersionName struct {
	ID     string `json:"id"`
	Number int    `json:"number"`
}

// ChangeCount counts what changed in one way.
type ChangeCount struct {
	Files   int64 `json:"files" doc:"Links with them"`
	Folders int64 `json:"folders" doc:"Without what is in them, which is counted by itself"`
	Bytes   int64 `json:"bytes" doc:"Of the files; of what was changed, in the second version"`
}

// DataChange is one path that differs.
type DataChange struct {
	Kind   string    `json:"kind" enum:"added,removed,changed,moved"`
	Path   string    `json:"path" doc:"From the root, with /; a byte that is not UTF-8 is written \\xHH"`
	From   string    `json:"from,omitempty" doc:"Where it was, if it was moved"`
	What   []string  `json:"what" enum:"content,mode,type,target" doc:"What differs of what was changed or moved"`
	Before *DataSide `json:"before,omitempty" doc:"In the first version"`
	After  *DataSide `json:"after,omitempty" doc:"In the second version"`
	Lines  bool      `json:"lines" doc:"Both sides are small enough for their lines to be compared, if they are text"`
	Values string    `json:"values,omitempty" enum:"table,arrays,picture" doc:"What both sides hold beside lines, as far as the name says"`
}

// DataSide is what one version has at a path.
type DataSide struct {
	Type string `json:"type" enum:"file,folder,link"`
	Size int64  `json:"size" doc:"Of a file"`
	Mode string `json:"mode" doc:"Permissions in octal, such as 644"`
	Link string `json:"link,omitempty" doc:"Where a link points to"`
}

// DataLines is how the lines of a file differ in two versions.
type DataLines struct {
	Path  string     `json:"path"`
	Hunks []CodeHunk `json:"hunks"`
	More  int        `json:"more" doc:"Lines that are left out since there are too many"`
	Note  string     `json:"note" doc:"What is to be known of it"`
}
