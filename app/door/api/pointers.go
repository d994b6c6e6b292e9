package api

// PointerPlace says where a pointer file is, or goes.
type PointerPlace struct {
	Path string `json:"path" minLength:"1" doc:"Absolute; it ends in .varve"`
}

// Pointed is the version that a pointer file means.
type Pointed struct {
	Dataset string `json:"dataset" doc:"Id of the data set"`
	Name    string `json:"name" doc:"Of the data set, as it is called here"`
	Version string `json:"version" doc:"Id of the version"`
	Number  int    `json:"number"`
	Note    string `json:"note,omitempty" doc:"What is called otherwise here than in the file, as a sentence"`
}
