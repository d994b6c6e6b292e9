package api

// Suggestion is something that can stand at a place of a filter.
type Suggestion struct {
	Insert string `json:"insert" doc:"What to put in place of the characters From to To"`
	From   int    `json:"from"`
	To     int    `json:"to"`
	Kind   string `json:"kind" enum:"key,operator,value,word"`
	Runs   int    `json:"runs,omitempty" doc:"That have the key or the value; 0: nobody counted"`
}

// Suggestions can stand at a place of a filter, the likeliest first.
type Suggestions struct {
	Suggestions []Suggestion `json:"suggestions"`
}

// Advice is a remark about a filter that is correct and finds nothing.
type Advice struct {
	From    int    `json:"from" doc:"The part that it is about, in characters"`
	To      int    `json:"to"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
	Instead string `json:"instead,omitempty" doc:"What was probably meant in place of the part"`
}
