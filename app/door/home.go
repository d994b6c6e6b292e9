package door

import (
	"cmp"
	"context"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"dev.varve/app/door/api"
	"dev.varve/backend/track"
)

// several finished runs of one experiment in a row are told in one line.
const several = 4

type homeQuery struct {
	Days  []int64 `query:"days" maxItems:"400" doc:"When each day began, the newest first: only the pages know where midnight is"`
	Limit int     `query:"limit" default:"60" minimum:"1" maximum:"500" doc:"Lines at most"`
}

func (d *Door) describeHome(h huma.API) {
	add(d, h, get("/home", "home", "runs", "What ended of late: lines, and counts for each day"),
		func(_ context.Context, in *homeQuery) (*answer[api.Home], error) { return the(d.home(in), nil) })
}

// ending is what is looked at of a run that has ended.
type ending struct {
	id, experiment string
	status         api.RunStatus
	began, ended   int64
	day            int
}

func (d *Door) home(in *homeQuery) api.Home {
	endings := d.endings(in.Days)
	home := api.Home{Days: perDay(endings, len(in.Days)), Ended: []api.Ended{}}
	for len(endings) > 0 && len(home.Ended) < in.Limit {
		n := together(endings)
		line := api.Ended{Runs: n, Began: endings[0].began}
		for _, e := range endings[1:n] {
			line.Began = earlier(line.Began, e.began)
		}
		// A run that has vanished since is left out.
		if err := d.Records.Run(endings[0].id, func(r *track.Run) { line.Run = d.row(r) }); err == nil {
			home.Ended = append(home.Ended, line)
		}
		endings = endings[n:]
	}
	return home
}

// earlier is the earlier of two times, of which 0 is none.
func earlier(a, b int64) int64 {
	if a == 0 || b == 0 {
		return max(a, b)
	}
	return min(a, b)
}

// endings are all runs that have ended, the newest first.
func (d *Door) endings(days []int64) []ending {
	var list []ending
	d.Records.Briefs(nil, func(r track.Brief) bool {
		// Of a lost run nobody knows when it ended.
		if end := r.End(); end > 0 && !r.Lost() && !r.Gone() {
			list = append(list, ending{r.ID(), r.Experiment(), statusOf(r.Status()), r.Start(), end, dayOf(end, days)})
		}
		return true
	})
	slices.SortFunc(list, func(a, b ending) int {
		return cmp.Or(cmp.Compare(b.ended, a.ended), cmp.Compare(a.id, b.id))
	})
	return list
}

// dayOf is the day of a time, len(days) if it is before all of them.
func dayOf(at int64, days []int64) int {
	day, _ := slices.BinarySearchFunc(days, at, func(begin, at int64) int {
		if begin > at {
			return -1
		}
		return 1
	})
	return day
}

// together counts the runs at the beginning of a list that one line tells.
func together(list []ending) int {
	n := 1
	for n < len(list) && list[n].status == api.Finished && list[0].status == api.Finished &&
		list[n].experiment == list[0].experiment && list[n].day == list[0].day {
		n++
	}
	if n < several {
		return 1
	}
	return n
}

// perDay counts runs by day, experiment and status.
func perDay(list []ending, days int) []api.DayRuns {
	counts := map[api.DayRuns]int{}
	for _, e := range list {
		if e.day < days {
			counts[api.DayRuns{Day: e.day, Experiment: e.experiment, Status: e.status}]++
		}
	}
	all := make([]api.DayRuns, 0, len(counts))
	for c, n := range counts {
		c.Runs = n
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b api.DayRuns) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Experiment, b.Experiment), cmp.Compare(a.Status, b.Status))
	})
	return all
}
