package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"strconv"
	"strings"
	"time"

	"dev.varve/backend/fault"
	"dev.varve/backend/track"
)

// Headers of a delivery.
const (
	headerSignature = "X-MLflow-Signature"
	headerTime      = "X-MLflow-Timestamp"
	headerDelivery  = "X-MLflow-Delivery-Id"
)

// News is one thing that happened.
type News struct {
	Event Event
	Data  map[string]any
}

// message is the body of a delivery.
type message struct {
	Entity    string         `json:"entity"`
	Action    string         `json:"action"`
	Timestamp string         `json:"timestamp"`
	Data      map[string]any `json:"data"`
}

// pack makes body and headers of a delivery.
func (n News) pack(secret, delivery string, now time.Time) (header map[string]string, body []byte, err error) {
	body, err = json.Marshal(message{
		Entity: strings.ToLower(n.Event.Entity), Action: strings.ToLower(n.Event.Action),
		Timestamp: now.UTC().Format("2006-01-02T15:04:05.000000-07:00"), Data: n.Data,
	})
	if err != nil {
		return nil, nil, fault.Wrap(err, fault.Internal, "encode", "a webhook's message")
	}
	seconds := strconv.FormatInt(now.Unix(), 10)
	header = map[string]string{"Content-Type": "application/json", headerDelivery: delivery, headerTime: seconds}
	if secret != "" {
		header[headerSignature] = sign(secret, delivery, seconds, body)
	}
	return header, body, nil
}

// sign is MLflow's signature: v1, and an HMAC over id, time and body.
func sign(secret, delivery, seconds string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(delivery + "." + seconds + "."))
	mac.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

const (
	promptPrefix = "mlflow.prompt."
	promptText   = "mlflow.prompt.text"
)

// kind is the entity of news about a model, or about a prompt.
func kind(ofModel, ofPrompt string, prompt bool) string {
	if prompt {
		return ofPrompt
	}
	return ofModel
}

func orNil(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// plainTags are tags without those that say what a prompt is.
func plainTags(tags map[string]string, prompt bool) map[string]string {
	out := map[string]string{}
	maps.Copy(out, tags)
	if prompt {
		maps.DeleteFunc(out, func(key, _ string) bool { return strings.HasPrefix(key, promptPrefix) })
	}
	return out
}

// ModelCreated is news of a registered model.
func ModelCreated(n track.NewRegisteredModel) News {
	prompt := track.IsPrompt(n.Tags)
	return News{Event{kind("REGISTERED_MODEL", "PROMPT", prompt), "CREATED"}, map[string]any{
		"name": n.Name, "tags": plainTags(n.Tags, prompt), "description": orNil(n.Description),
	}}
}

// VersionCreated is news of a version.
func VersionCreated(n track.NewModelVersion, number uint64) News {
	prompt := track.IsPrompt(n.Tags)
	data := map[string]any{
		"name": n.Model, "version": strconv.FormatUint(number, 10), "tags": plainTags(n.Tags, prompt), "description": orNil(n.Description),
	}
	if prompt {
		data["template"] = orNil(n.Tags[promptText])
	} else {
		data["source"], data["run_id"] = n.Source, orNil(n.Run)
	}
	return News{Event{kind("MODEL_VERSION", "PROMPT_VERSION", prompt), "CREATED"}, data}
}

// VersionTag is news of a tag of a version; a nil value says that it is gone.
func VersionTag(name string, number uint64, key string, value *string, prompt bool) News {
	data := map[string]any{"name": name, "version": strconv.FormatUint(number, 10), "key": key}
	return News{Event{kind("MODEL_VERSION_TAG", "PROMPT_VERSION_TAG", prompt), set(data, value)}, data}
}

// PromptTag is news of a tag of a prompt; tags of registered models are none.
func PromptTag(name, key string, value *string) News {
	data := map[string]any{"name": name, "key": key}
	return News{Event{"PROMPT_TAG", set(data, value)}, data}
}

func set(data map[string]any, value *string) (action string) {
	if value == nil {
		return "DELETED"
	}
	data["value"] = *value
	return "SET"
}

// Alias is news of an alias; number 0 says that it is gone.
func Alias(name, alias string, number uint64, prompt bool) News {
	data, action := map[string]any{"name": name, "alias": alias}, "DELETED"
	if number != 0 {
		data["version"], action = strconv.FormatUint(number, 10), "CREATED"
	}
	return News{Event{kind("MODEL_VERSION_ALIAS", "PROMPT_ALIAS", prompt), action}, data}
}

// example is what a webhook is told when somebody tries it out.
func example(e Event) News {
	text := "example_value"
	tags := map[string]string{"example_key": text}
	prompt := strings.HasPrefix(e.Entity, "PROMPT")
	if prompt {
		tags["mlflow.prompt.is_prompt"] = "true"
	}
	value, number := &text, uint64(1)
	if e.Action == "DELETED" {
		value, number = nil, 0
	}
	switch strings.TrimPrefix(strings.TrimPrefix(e.Entity, "PROMPT"), "MODEL") {
	case "_VERSION":
		return VersionCreated(track.NewModelVersion{
			Model: "example_model", Source: "models:/123", Run: "abcd1234abcd5678", Tags: tags, Description: "An example model version",
		}, 1)
	case "_VERSION_TAG":
		return VersionTag("example_model", 1, "example_key", value, prompt)
	case "_TAG":
		return PromptTag("example_model", "example_key", value)
	case "_VERSION_ALIAS", "_ALIAS":
		return Alias("example_model", "example_alias", number, prompt)
	}
	return ModelCreated(track.NewRegisteredModel{Name: "example_model", Tags: tags, Description: "An example registered model"})
}
