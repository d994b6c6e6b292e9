package api

// RegisteredModel is a name under which versions of a model stand.
type RegisteredModel struct {
	ID          string       `json:"id"`
	Name        string       `json:"name"`
	Description string       `json:"description,omitempty" doc:"Markdown"`
	Versions    int          `json:"versions" doc:"How many there are, without those in the trash"`
	Latest      int          `json:"latest" doc:"Number of the newest version; 0: there is none"`
	Mark        string       `json:"mark" doc:"Its mark is drawn from this"`
	Stages      []StageHeld  `json:"stages" doc:"Production and Staging, with the highest version in each"`
	Aliases     []AliasPoint `json:"aliases" doc:"By name"`
	Created     int64        `json:"created"`
	Updated     int64        `json:"updated" doc:"Of the model or one of its versions; as in MLflow, tags and aliases do not count"`
}

// StageHeld says which version a stage has.
type StageHeld struct {
	Stage   string `json:"stage" enum:"Production,Staging"`
	Version int    `json:"version"`
}

// AliasPoint says where an alias points to.
type AliasPoint struct {
	Alias   string `json:"alias"`
	Version int    `json:"version"`
}

// RegisteredModels is the list of registered models.
type RegisteredModels struct {
	Models []RegisteredModel `json:"models" doc:"By name"`
}

// RegisteredDetail is a registered model with its versions.
type RegisteredDetail struct {
	RegisteredModel
	Tags    []Tag          `json:"tags" doc:"Sorted by key"`
	List    []ModelVersion `json:"list" doc:"The newest versions first"`
	Left    int            `json:"left" doc:"Older versions that are not in the list"`
	Metrics []string       `json:"metrics" doc:"Keys of metrics of the versions in the list, sorted"`
	Lanes   []ModelLane    `json:"lanes" doc:"Production, Staging, then aliases by name; empty ones are left out"`
	Seq     uint64         `json:"seq"`
}

// ModelVersion is one version of a registered model.
type ModelVersion struct {
	ID          string            `json:"id" doc:"Its mark is drawn from this"`
	Number      int               `json:"number"`
	Asked       int               `json:"asked,omitempty" doc:"The number that its author saw, if another version made apart has it"`
	Stage       string            `json:"stage" enum:"None,Staging,Production,Archived"`
	Aliases     []string          `json:"aliases"`
	Description string            `json:"description,omitempty" doc:"Markdown"`
	Tags        []Tag             `json:"tags" doc:"Sorted by key"`
	Status      string            `json:"status" enum:"ready,pending,failed"`
	Message     string            `json:"message,omitempty" doc:"About the status"`
	Source      string            `json:"source" doc:"As it was registered"`
	Run         string            `json:"run,omitempty" doc:"Id of the run that made it"`
	RunName     string            `json:"runName,omitempty" doc:"Empty while the run is not known here"`
	RunStatus   RunStatus         `json:"runStatus,omitempty" enum:"waiting,running,finished,failed,stopped,lost,"`
	RunTrashed  bool              `json:"runTrashed,omitempty"`
	LoggedModel string            `json:"loggedModel,omitempty" doc:"Id"`
	Data        []DataUse         `json:"data" doc:"Versions of data that the run read"`
	Metrics     map[string]Number `json:"metrics" doc:"Of the logged model, else of the run; system metrics left out"`
	Size        int64             `json:"size,omitempty" doc:"Of its files, if that was asked for and they are kept here"`
	Created     int64             `json:"created"`
	Updated     int64             `json:"updated"`
	Who         string            `json:"who,omitempty"`
}

// ModelLane says which versions held a stage, or an alias.
type ModelLane struct {
	Stage string     `json:"stage,omitempty" doc:"Empty: an alias"`
	Alias string     `json:"alias,omitempty"`
	Rows  int        `json:"rows" doc:"How many rows the spans need so that none lies over another one"`
	Spans []LaneSpan `json:"spans" doc:"By their beginning"`
}

// LaneSpan is how long one version was there.
type LaneSpan struct {
	Version int    `json:"version"`
	ID      string `json:"id"`
	From    int64  `json:"from"`
	To      int64  `json:"to,omitempty" doc:"None: it is there now"`
	Row     int    `json:"row" doc:"From 0"`
}

// ModelEdit is one change of a registered model, or of one of its versions.
type ModelEdit struct {
	Edit
	Model     string `json:"model,omitempty" doc:"Id of the model, of a change of the model itself"`
	VersionID string `json:"versionId,omitempty" doc:"Of a change of a version"`
	Version   int    `json:"version,omitempty" doc:"Its number"`
	Why       string `json:"why,omitempty"`
	Run       string `json:"run,omitempty" doc:"Id of the run that a new version came from"`
	RunName   string `json:"runName,omitempty"`
}

// ModelEdits is what happened to a registered model and its versions, the latest first.
type ModelEdits struct {
	Edits []ModelEdit `json:"edits"`
	Left  int         `json:"left" doc:"Older ones that were left out"`
}

// EditModel changes a registered model, or one of its versions, at once. What is left
// out stays as it is.
type EditModel struct {
	Version     int      `json:"version,omitempty" doc:"Number; none: description and tags are the model's" minimum:"0"`
	Why         string   `json:"why,omitempty" maxLength:"10000"`
	Stage       string   `json:"stage,omitempty" doc:"Of the version: None, Staging, Production or Archived"`
	Archive     bool     `json:"archive,omitempty" doc:"Other versions in that stage are archived"`
	Aliases     []string `json:"aliases,omitempty" doc:"Shall point to the version"`
	DropAliases []string `json:"dropAliases,omitempty"`
	Description *string  `json:"description,omitempty" doc:"Markdown; empty: it is taken away" maxLength:"100000"`
	Set         []Tag    `json:"set,omitempty"`
	Unset       []string `json:"unset,omitempty" doc:"Keys of tags"`
}

// EditedModel says what was changed, and takes it back when it is sent to /models/undo.
type EditedModel struct {
	Changes []ModelChange `json:"changes"`
}

// ModelChange names a change.
type ModelChange struct {
	Model   string `json:"model,omitempty" doc:"Id of the model, of a change of the model itself"`
	Version string `json:"version,omitempty" doc:"Id of the version"`
	ID      string `json:"id" minLength:"1"`
}

// UndoModel takes changes back, all at once.
type UndoModel struct {
	Changes []ModelChange `json:"changes" minItems:"1" maxItems:"10000"`
	Even    bool          `json:"even,omitempty" doc:"Even what was changed again since then"`
}

// RegisterModel asks for a version of a registered model.
type RegisterModel struct {
	Name        string `json:"name" minLength:"1" doc:"Made if there is none of this name"`
	Source      string `json:"source" minLength:"1" doc:"runs:/RUN/PATH, models:/m-…, or where the files lie"`
	Description string `json:"description,omitempty" maxLength:"100000" doc:"Of the version, in Markdown"`
	Set         []Tag  `json:"set,omitempty" doc:"Tags of the version"`
}

// Registered names the version that was made.
type Registered struct {
	Name    string `json:"name"`
	Version int    `json:"version"`
	ID      string `json:"id"`
	Made    bool   `json:"made" doc:"Whether the registered model is new"`
}

// ModelSource is a model of a run that can be registered.
type ModelSource struct {
	Name     string         `json:"name" doc:"As the run has named it"`
	Source   string         `json:"source"`
	Versions []VersionLabel `json:"versions" doc:"That were made of it"`
}

// VersionLabel names a version for people.
type VersionLabel struct {
	Model   string `json:"model" doc:"Name"`
	Version int    `json:"version"`
}

// ModelSources are the models of a run that can be registered.
type ModelSources struct {
	Sources []ModelSource `json:"sources"`
}

// ModelFiles is what lies in the folder of a version, and what it says.
type ModelFiles struct {
	Files        []Artifact      `json:"files" doc:"By path; the first 1000"`
	Count        int             `json:"count"`
	Size         int64           `json:"size"`
	Elsewhere    string          `json:"elsewhere,omitempty" doc:"Where the files lie, if they are not kept here"`
	Problem      string          `json:"problem,omitempty" doc:"Why the file MLmodel is not understood, as a sentence"`
	Flavors      []ModelFlavor   `json:"flavors"`
	Signature    *ModelSignature `json:"signature,omitempty"`
	Example      string          `json:"example,omitempty" doc:"The input example, or its beginning"`
	ExampleCut   bool            `json:"exampleCut,omitempty"`
	Requirements []string        `json:"requirements" doc:"Lines of requirements.txt"`
	Python       string          `json:"python,omitempty" doc:"Version"`
	MLflow       string          `json:"mlflow,omitempty" doc:"Version"`
	Snippets     []ModelSnippet  `json:"snippets"`
}

// ModelFlavor is a way to load a model.
type ModelFlavor struct {
	Name  string `json:"name"`
	Facts []Tag  `json:"facts"`
}

// ModelSignature is what a model takes and gives.
type ModelSignature struct {
	Inputs  []ModelColumn `json:"inputs"`
	Outputs []ModelColumn `json:"outputs"`
	Params  []ModelColumn `json:"params"`
}

// ModelColumn is one input, output or param.
type ModelColumn struct {
	Name     string `json:"name,omitempty"`
	Type     string `json:"type"`
	Optional bool   `json:"optional,omitempty"`
	Default  string `json:"default,omitempty" doc:"Of a param, as JSON"`
}

// ModelSnippet is a few lines with which a model is used.
type ModelSnippet struct {
	Title string `json:"title"`
	Text  string `json:"text"`
}

// ModelComparison is two versions side by side.
type ModelComparison struct {
	A         ModelVersion      `json:"a"`
	B         ModelVersion      `json:"b"`
	Sections  []ComparedSection `json:"sections" doc:"Cells are those of a and b; those of a are what b is measured by"`
	Signature string            `json:"signature" enum:"same,differs,unknown"`
}

// AddressListing is what lies at an address, and in the folders below it.
type AddressListing struct {
	Address   string     `json:"address"`
	Version   string     `json:"version,omitempty" doc:"Of a registered model: its name, a slash and a number"`
	Run       string     `json:"run,omitempty"`
	URI       string     `json:"uri" doc:"Where the files lie"`
	Files     []Artifact `json:"files" doc:"By path from the address; a file at the address itself has an empty path"`
	Elsewhere bool       `json:"elsewhere,omitempty" doc:"They are not kept here"`
}

// AddressMeaning is what an address leads to: a version of a registered model, or else a
// run, or a file or folder among the artifacts of a run.
type AddressMeaning struct {
	Address string `json:"address"`
	Model   string `json:"model,omitempty" doc:"A registered model"`
	Version int    `json:"version,omitempty" doc:"Of the registered model"`
	Run     string `json:"run,omitempty" doc:"That made it, if that is known"`
	Path    string `json:"path,omitempty" doc:"Among the artifacts of the run"`
}

// FileDigest is the content of a file in short.
type FileDigest struct {
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}
