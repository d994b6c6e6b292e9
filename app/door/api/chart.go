package api

import "dev.varve/backend/chart"

// Charted says which runs a chart shows: those of the experiments that fulfil
// the filter or, if Runs are given, of these alone those that do.
type Charted struct {
	Experiments []string `json:"experiments,omitempty" doc:"Ids; none: all"`
	Filter      string   `json:"filter,omitempty"`
	Runs        []string `json:"runs,omitempty" maxItems:"10000" doc:"Only these"`
}

// Draw asks for a chart.
type Draw struct {
	Charted
	Chart chart.Spec     `json:"chart"`
	Width int            `json:"width,omitempty" minimum:"0" maximum:"4096" doc:"Pixels of the plot; 0: 800"`
	From  *float64       `json:"from,omitempty" doc:"With to: the part of the x axis of lines that is seen"`
	To    *float64       `json:"to,omitempty"`
	Slots map[string]int `json:"slots,omitempty" doc:"Colours by series; what is not in it is grey. Absent: the first series get one"`
	Only  []string       `json:"only,omitempty" maxItems:"10000" doc:"Runs; lines without them are left out"`
}

// ProposedCharts is a first look at an experiment, or at chosen runs.
type ProposedCharts struct {
	Main   *MainMetric  `json:"main,omitempty" doc:"By which runs are judged; absent if there is none"`
	Params []string     `json:"params" doc:"Columns of params in which runs differ, the most important first"`
	Charts []chart.Spec `json:"charts"`
}

// MainMetric is the metric by which runs are judged.
type MainMetric struct {
	Column string      `json:"column"`
	Key    string      `json:"key"`
	Better chart.Sense `json:"better" enum:"lower,higher," doc:"Empty: its name does not say"`
	Word   string      `json:"word" doc:"Of the key, that says what is better"`
}
