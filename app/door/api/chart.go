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

// Arrays are the arrays that runs logged.
type Arrays struct {
	Arrays []LoggedArray `json:"arrays"`
}

// LoggedArray is an array of numbers in files of runs.
type LoggedArray struct {
	Name  string `json:"name" doc:"What a chart names it by: the path of its files without the step, and # and a column of a table"`
	Steps int    `json:"steps" doc:"Of the run that has the most"`
	Runs  int    `json:"runs"`
}

// Images are the pictures of runs, by what they show.
type Images struct {
	Seq  uint64     `json:"seq"`
	Keys []ImageKey `json:"keys"`
	Left int        `json:"left" doc:"Pictures that were left out since there are too many"`
}

// ImageKey are the pictures of one thing.
type ImageKey struct {
	Key    string  `json:"key" doc:"As it was logged; of pictures that were not logged by step, their path"`
	Steps  []int64 `json:"steps" doc:"Sorted; empty if the pictures name none"`
	Images []Image `json:"images" doc:"By step, then in the order of the runs, then by time"`
}

// Image is one picture: an artifact of its run.
type Image struct {
	Run   string `json:"run"`
	Step  int64  `json:"step"`
	Time  int64  `json:"time,omitempty" doc:"ms since 1970"`
	Path  string `json:"path"`
	Small string `json:"small,omitempty" doc:"Path of a smaller copy"`
	Size  int64  `json:"size"`
}
