package mlflow

import (
	"encoding/base64"
	"encoding/json"

	"dev.varve/backend/fault"
)

// errToken is the answer to a page token that this door has not made.
var errToken = fault.New(fault.Invalid, "Invalid page token").
	WithHint("Pass the next_page_token of the page before, with the same order.")

// writeToken makes a page token: opaque to clients, which only hand it back.
func writeToken(v any) (string, error) {
	text, err := json.Marshal(v)
	return base64.RawURLEncoding.EncodeToString(text), fault.Wrap(err, fault.Internal, "make", "page token")
}

// readToken reads what writeToken made.
func readToken(token string, v any) error {
	text, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || json.Unmarshal(text, v) != nil {
		return errToken
	}
	return nil
}
