package event

// ModelRegistered makes a registered model on the stream
// registered-model/<id>: a name under which versions stand.
type ModelRegistered struct {
	Name        string            `cbor:"1,keyasint"`
	Description string            `cbor:"2,keyasint,omitempty"`
	Tags        map[string]string `cbor:"3,keyasint,omitempty"`
	Made        int64             `cbor:"4,keyasint,omitempty"` // ms since 1970, when it was made elsewhere before
}

// ModelVersion lays down one version of a registered model on the stream
// model-version/<id>.
type ModelVersion struct {
	Model       string            `cbor:"1,keyasint"`           // id of the registered model
	Number      uint64            `cbor:"2,keyasint"`           // a label: the number that the author saw free
	Source      string            `cbor:"3,keyasint"`           // as it was asked for
	Location    string            `cbor:"4,keyasint,omitempty"` // where its files lie, if the source only points there
	Run         string            `cbor:"5,keyasint,omitempty"`
	LoggedModel string            `cbor:"6,keyasint,omitempty"`
	Description string            `cbor:"7,keyasint,omitempty"`
	Tags        map[string]string `cbor:"8,keyasint,omitempty"`
	RunLink     string            `cbor:"9,keyasint,omitempty"`
	User        string            `cbor:"10,keyasint,omitempty"`
	Status      string            `cbor:"11,keyasint,omitempty"` // MLflow's, if it is not READY
	Message     string            `cbor:"12,keyasint,omitempty"` // about the status
	Made        int64             `cbor:"13,keyasint,omitempty"` // ms since 1970, when it was made elsewhere before
}

// Labels of registered models and their versions, beside name, tags and trash.
const (
	LabelDescription = "description"
	LabelStage       = "stage"    // of a version: Staging, Production or Archived
	AliasPrefix      = "alias/"   // of a registered model or a data set: the id of the version
	RemovedPrefix    = "removed/" // of a data set, with the id of a version that was removed
	NumberPrefix     = "number/"  // of a registered model or a data set: the id of the version that keeps this number for ever
)

// Type and Version of each body.
func (ModelRegistered) Type() string { return "registered-model.created" }
func (ModelVersion) Type() string    { return "model-version.created" }

func (ModelRegistered) Version() uint64 { return 1 }
func (ModelVersion) Version() uint64    { return 1 }
