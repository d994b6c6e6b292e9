package cli

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"dev.varve/app/client"
	"dev.varve/app/door/api"
	"dev.varve/backend/fault"
)

// grouping is what the flags of a search say about groups.
type grouping struct {
	by, except []string
	metrics    []string
	cmd        *cobra.Command
}

func (g *grouping) flags(c *cobra.Command) {
	g.cmd = c
	c.Flags().StringArrayVar(&g.by, "group-by", nil, "columns that runs of a group have in common, with commas between")
	c.Flags().StringArrayVar(&g.except, "group-except", nil, "group by all params but these, such as params.seed")
	c.Flags().StringArrayVar(&g.metrics, "metric", nil, "of groups: mean, s.d., least and greatest of it; may be repeated")
}

// asked reports whether there are to be groups.
func (g *grouping) asked() bool {
	return g.cmd.Flags().Changed("group-by") || g.cmd.Flags().Changed("group-except")
}

func (g *grouping) request() *api.Grouping {
	ask := &api.Grouping{Columns: []string{}}
	for _, list := range g.by {
		ask.By = append(ask.By, listed(list)...)
	}
	if g.cmd.Flags().Changed("group-except") {
		except := []string{}
		for _, list := range g.except {
			except = append(except, listed(list)...)
		}
		ask.Except = &except
	}
	for _, list := range g.metrics {
		for _, name := range listed(list) {
			if !slices.Contains(ask.Columns, name) {
				ask.Columns = append(ask.Columns, name)
			}
		}
	}
	return ask
}

// searchGroups prints groups of runs.
func (a *App) searchGroups(c *cobra.Command, q runsQuery, g *grouping) error {
	ask := g.request()
	cl, err := a.connect(c.Context())
	if err != nil {
		return err
	}
	question := api.Question{Filter: q.filter, Order: q.order}
	if q.experiment != "" {
		if question.Experiments, err = a.experimentIDs(c, q.experiment); err != nil {
			return err
		}
	}
	head, ids, err := order(c, cl, api.OrderQuery{Question: question, Group: ask})
	if err != nil {
		return q.pointed(err)
	}
	if q.limit > 0 {
		head.Groups = head.Groups[:min(len(head.Groups), q.limit)]
	}
	if a.json {
		return a.printJSON(groupsOf(head, ids, ask.Columns))
	}
	if len(head.Groups) == 0 {
		fmt.Fprintln(a.Err, "No runs.")
		return nil
	}
	return table(a.Out, groupHead(ask.Columns), groupRows(head))
}

// order asks for all runs of a question, and reads the frame of the answer.
func order(c *cobra.Command, cl *client.Client, ask api.OrderQuery) (head *api.RunOrder, ids []string, err error) {
	body, err := json.Marshal(ask)
	if err != nil {
		return nil, nil, fault.Wrap(err, fault.Internal, "encode", "request")
	}
	resp, err := cl.Do(c.Context(), http.MethodPost, cl.Address+client.Prefix+"/runs/order", strings.NewReader(string(body)))
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		return nil, nil, client.ProblemOf(resp)
	}
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, nil, fault.Wrap(err, fault.Unavailable, "read the answer of", cl.Address)
	}
	const begin, key = 16, 16
	if len(data) < begin || len(data) < begin+int(binary.LittleEndian.Uint32(data[8:])) {
		return nil, nil, fault.New(fault.Corrupt, "the answer is cut off")
	}
	n := int(binary.LittleEndian.Uint32(data[8:]))
	head = &api.RunOrder{}
	if err := json.Unmarshal(data[begin:begin+n], head); err != nil {
		return nil, nil, fault.Wrap(err, fault.Corrupt, "read the answer of", cl.Address)
	}
	if data = data[begin+n:]; len(data) < key*head.Lines {
		return nil, nil, fault.New(fault.Corrupt, "the answer is cut off")
	}
	for i := range head.Lines {
		ids = append(ids, fmt.Sprintf("%x", data[key*i:key*i+key]))
	}
	for _, odd := range head.Odd {
		ids[odd.Line] = odd.ID
	}
	return head, ids, nil
}

func groupHead(columns []string) []string {
	head := []string{"GROUP", "RUNS", "STATUSES"}
	for _, name := range columns {
		head = append(head, name, "± s.d.", "LEAST", "GREATEST")
	}
	return head
}

func groupRows(head *api.RunOrder) [][]string {
	rows := make([][]string, len(head.Groups))
	for i, g := range head.Groups {
		rows[i] = []string{g.Name, strconv.Itoa(g.Runs), statuses(g.Statuses)}
		for _, c := range g.Cells {
			if c.N == 0 && c.Same {
				rows[i] = append(rows[i], c.Text, "–", "–", "–")
				continue
			}
			for _, n := range []*api.Number{c.Mean, c.SD, c.Min, c.Max} {
				cell := "–"
				if n != nil {
					cell = figure(float64(*n))
				}
				rows[i] = append(rows[i], cell)
			}
		}
	}
	return rows
}

// statuses says how many runs do what: "4 finished, 1 failed".
func statuses(counts map[string]int) string {
	var words []string
	for _, status := range []api.RunStatus{api.Running, api.Waiting, api.Lost, api.Failed, api.Stopped, api.Finished} {
		if n := counts[string(status)]; n > 0 {
			words = append(words, fmt.Sprintf("%d %s", n, status))
		}
	}
	return strings.Join(words, ", ")
}

// groupJSON is a group as --json prints it.
type groupJSON struct {
	Name     string                   `json:"name"`
	Key      map[string]string        `json:"key"` // what the group lacks is absent
	Runs     []string                 `json:"runs"`
	Statuses map[string]int           `json:"statuses"`
	Columns  map[string]api.GroupCell `json:"columns"`
}

func groupsOf(head *api.RunOrder, ids []string, columns []string) []groupJSON {
	groups := []groupJSON{}
	for _, g := range head.Groups {
		one := groupJSON{
			Name: g.Name, Key: map[string]string{}, Runs: ids[g.From : g.From+g.Runs], Statuses: g.Statuses, Columns: map[string]api.GroupCell{},
		}
		for i, k := range g.Key {
			if !k.Absent {
				one.Key[head.Keys[i]] = k.Text
			}
		}
		for _, same := range head.Same {
			if !same.Absent {
				one.Key[same.Column] = same.Text
			}
		}
		for i, c := range g.Cells {
			one.Columns[columns[i]] = c
		}
		groups = append(groups, one)
	}
	return groups
}
