package door

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"dev.varve/app/door/api"
	"dev.varve/backend/fault"
	"dev.varve/backend/host"
)

const (
	// cookiePrefix and the beginning of the workspace's id name the cookie:
	// browsers keep cookies by host name, so that the doors of two workspaces
	// would take each other's.
	cookiePrefix = "varve_session"
	sessionLife  = 30 * 24 * time.Hour
	codeLife     = 15 * time.Minute
	manyCodes    = 32 // codes that wait to be used
)

// sessions opens browser sessions with one-time codes, and knows them again. A
// session is a signature under a key that derives from the token: it lasts
// when one owner follows another on the same port, and ends when the token is
// drawn anew.
type sessions struct {
	key    []byte
	cookie string
	clock  host.Clock
	random host.Random

	mu    sync.Mutex
	codes []code // oldest first
}

type code struct {
	sum [sha256.Size]byte
	end time.Time
}

func (s *sessions) init(o Options) {
	s.clock, s.random = o.Clock, o.Random
	s.cookie = cookiePrefix
	if id := o.Workspace.ID; len(id) >= 8 {
		s.cookie += "_" + id[:8]
	}
	if o.Token == "" {
		// Nobody is asked for a session; nobody may make one for later, either.
		s.key = s.draw(sha256.Size)
		return
	}
	s.key = sign([]byte(o.Token), []byte("varve browser session 1"))
}

func sign(key, message []byte) []byte {
	m := hmac.New(sha256.New, key)
	m.Write(message)
	return m.Sum(nil)
}

func (s *sessions) draw(n int) []byte {
	b := make([]byte, n)
	if _, err := io.ReadFull(s.random, b); err != nil {
		panic(fault.Wrap(err, fault.Internal, "draw", "random bytes")) // host.Random never fails
	}
	return b
}

// newCode makes a code that opens one session, within a quarter of an hour.
func (s *sessions) newCode() string {
	text := hex.EncodeToString(s.draw(16))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expire()
	if len(s.codes) == manyCodes {
		s.codes = s.codes[1:]
	}
	s.codes = append(s.codes, code{sha256.Sum256([]byte(text)), s.clock.Now().Add(codeLife)})
	return text
}

// expire forgets codes whose time is over. The caller holds the lock.
func (s *sessions) expire() {
	for len(s.codes) > 0 && !s.clock.Now().Before(s.codes[0].end) {
		s.codes = s.codes[1:]
	}
}

// redeem uses a code up; it reports whether there was one.
func (s *sessions) redeem(text string) bool {
	sum := sha256.Sum256([]byte(text))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expire()
	found := -1
	for i, c := range s.codes {
		if subtle.ConstantTimeCompare(sum[:], c.sum[:]) == 1 {
			found = i
		}
	}
	if found < 0 {
		return false
	}
	s.codes = append(s.codes[:found:found], s.codes[found+1:]...)
	return true
}

// The value of a cookie is its end (ms since 1970), random bytes, and the
// signature over both.
const (
	signedBytes = 8 + 16
	valueBytes  = signedBytes + sha256.Size
)

// open makes the cookie of a new session.
func (s *sessions) open() http.Cookie {
	end := s.clock.Now().Add(sessionLife)
	value := binary.BigEndian.AppendUint64(make([]byte, 0, valueBytes), uint64(end.UnixMilli()))
	value = append(value, s.draw(16)...)
	value = append(value, sign(s.key, value)...)
	return http.Cookie{
		Name: s.cookie, Value: base64.RawURLEncoding.EncodeToString(value), Path: "/",
		MaxAge: int(sessionLife.Seconds()), HttpOnly: true, SameSite: http.SameSiteStrictMode,
	}
}

// valid reports whether a request carries the cookie of a session that lasts.
func (s *sessions) valid(r *http.Request) bool {
	for _, c := range r.CookiesNamed(s.cookie) {
		value, err := base64.RawURLEncoding.DecodeString(c.Value)
		if err != nil || len(value) != valueBytes {
			continue
		}
		end := time.UnixMilli(int64(binary.BigEndian.Uint64(value)))
		if hmac.Equal(value[signedBytes:], sign(s.key, value[:signedBytes])) && s.clock.Now().Before(end) {
			return true
		}
	}
	return false
}

// NewCode makes a one-time code that opens a browser session. It belongs into
// the fragment of the pages' address: /#code=…
func (d *Door) NewCode() string { return d.sessions.newCode() }

func (d *Door) describeSession(h huma.API) {
	o := post("/session", "openSession", "session", "Open a browser session with a one-time code")
	o.Security = []map[string][]string{}
	add(d, h, o, func(_ context.Context, in *struct{ Body api.SessionCode }) (*sessionAnswer, error) {
		if !d.sessions.redeem(in.Body.Code) {
			return nil, errLocked("this link has been used already, or is too old")
		}
		return &sessionAnswer{SetCookie: d.sessions.open()}, nil
	})
	add(d, h, post("/session/code", "newSessionCode", "session", "Make a one-time code for a browser"),
		func(context.Context, *nothing) (*answer[api.SessionCode], error) {
			return the(api.SessionCode{Code: d.NewCode()}, nil)
		})
}

type sessionAnswer struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
	Body      Empty
}

// errLocked is the answer to whoever is not known.
func errLocked(why string) error {
	return &api.Problem{
		Status: http.StatusUnauthorized, Code: string(fault.Denied), Title: fault.Sentence(why),
		Hint: "In a browser, open the link that `varve serve --open` prints. A script needs what `varve env` prints.",
	}
}
