package api

// Home is what ended of late.
type Home struct {
	Days  []DayRuns `json:"days" doc:"Runs that ended on the days that were asked for"`
	Ended []Ended   `json:"ended" doc:"Newest first"`
}

// DayRuns counts the runs of an experiment that ended alike on one day.
type DayRuns struct {
	Day        int       `json:"day" doc:"Which of the days that were asked for, from 0"`
	Experiment string    `json:"experiment" doc:"Id of the experiment"`
	Status     RunStatus `json:"status" enum:"waiting,running,finished,failed,stopped,lost"`
	Runs       int       `json:"runs"`
}

// Ended is a run that ended, or several that finished in a row in one experiment
// on one day.
type Ended struct {
	Run   RunRow `json:"run" doc:"The newest of them"`
	Runs  int    `json:"runs"`
	Began int64  `json:"began,omitempty" doc:"When the first of them began"`
}
