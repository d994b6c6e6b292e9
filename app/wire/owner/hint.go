package owner

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"path/filepath"
	"strings"

	"dev.varve/backend/fault"
	"dev.varve/backend/host"
)

// Hint is what an owner leaves in the state folder so that others find its
// door. It may be out of date; only an answer of the door is proof.
type Hint struct {
	PID     int    `json:"pid"`
	Address string `json:"address"` // http://127.0.0.1:port
	Port    int    `json:"port"`    // remembered, so that a notebook's address stays true
	Program string `json:"program"`
	Open    bool   `json:"open"`    // false: the owner has left, the port is remembered
	NoToken bool   `json:"noToken"` // the door asks for none
}

const (
	hintName  = "door.json"
	tokenName = "token"
)

// ReadHint returns the hint, or an empty one.
func ReadHint(disk host.Disk, p Places) Hint {
	var h Hint
	data, err := disk.ReadFile(filepath.Join(p.State, hintName))
	if err != nil || json.Unmarshal(data, &h) != nil {
		return Hint{}
	}
	return h
}

func (h Hint) write(disk host.Disk, p Places) error {
	data, err := json.MarshalIndent(h, "", "  ")
	if err != nil {
		return fault.Wrap(err, fault.Internal, "encode", hintName)
	}
	return disk.WriteFile(filepath.Join(p.State, hintName), append(data, '\n'), 0o600)
}

// Token returns the token of a workspace on this machine, and makes it the
// first time.
func Token(disk host.Disk, random host.Random, p Places) (string, error) {
	name := filepath.Join(p.State, tokenName)
	data, err := disk.ReadFile(name)
	if token := strings.TrimSpace(string(data)); err == nil && len(token) >= 32 {
		return token, nil
	}
	secret := make([]byte, 32)
	if _, err := io.ReadFull(random, secret); err != nil {
		return "", fault.Wrap(err, fault.Internal, "draw", "random bytes")
	}
	token := base64.RawURLEncoding.EncodeToString(secret)
	return token, disk.WriteFile(name, []byte(token+"\n"), 0o600)
}
