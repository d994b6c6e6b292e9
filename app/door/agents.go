package door

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"dev.varve/app/door/api"
	"dev.varve/backend/event"
)

// agentHeader names the agent that hands a request on: what its log holds
// already has to be seen by the answer.
const agentHeader = "Varve-Agent"

func (d *Door) describeAgents(h huma.API) {
	add(d, h, post("/agents/{writer}", "agentProgress", "agents", "An agent says how far its log has come"),
		func(ctx context.Context, in *struct {
			Writer string `path:"writer" doc:"Id of the agent's log, 32 hex digits"`
			Body   api.Position
		}) (*done, error) {
			writer, err := event.ParseWriter(in.Writer)
			if err != nil {
				return nil, inField("writer", err)
			}
			return ok(d.Control.CatchUp(ctx, writer))
		})
}

// catchUp reads the log of the agent that hands a request on.
func (d *Door) catchUp(r *http.Request) error {
	id := r.Header.Get(agentHeader)
	if id == "" {
		return nil
	}
	writer, err := event.ParseWriter(id)
	if err != nil {
		return err
	}
	return d.Control.CatchUp(r.Context(), writer)
}
