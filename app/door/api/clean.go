package api

// Cleaning asks to delete content that nothing in the record names, such as what an
// interrupted addition has left.
type Cleaning struct {
	Dry   bool  `json:"dry,omitempty" doc:"Only say what would be freed"`
	Grace int64 `json:"grace,omitempty" minimum:"0" doc:"Seconds; packs that were written to later than that stay, for whoever goes on with what was interrupted"`
}

// Cleaned is what came of it, as JSON in the result of the job.
type Cleaned struct {
	Frees  int64    `json:"frees" doc:"About how many bytes nothing needs, of what may be deleted, or was"`
	Keeps  int64    `json:"keeps" doc:"About how many bytes nothing needs, and stay for the time of grace"`
	Before int64    `json:"before" doc:"Bytes of the disk that the record took before"`
	After  int64    `json:"after" doc:"And takes now; the same if it was only looked"`
	Left   []string `json:"left" doc:"Sentences about what could not be deleted"`
}
