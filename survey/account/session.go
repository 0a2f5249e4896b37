package account

import (
	"errors"
	"strings"
	"time"
)

// ErrNoSession reports a session that has ended, or never was.
var ErrNoSession = errors.New("no such session")

// How long a session lives without and with use, and for how long a proof of who somebody is counts as recent.
const (
	SessionIdle = 2 * time.Hour
	SessionLife = 12 * time.Hour
	ProofLife   = 15 * time.Minute
)

// Way is how somebody signed in.
type Way string

// Ways to sign in.
const (
	ByPassword Way = "password"
	ByPasskey  Way = "passkey"
	BySSO      Way = "sso"
	BySSOTwice Way = "sso twice" // where the service says that it asked for two factors
)

// Session is one signed-in browser, as its owner sees it in a list.
type Session struct {
	ID      string // random; opens nothing by itself
	Account int64
	Started time.Time
	Seen    time.Time // to a minute
	Proven  time.Time // when a password or factor was last asked for and right
	Way     Way
	Browser string // family and system: "Firefox, Windows"
	Network string // /24 or /64
	Lacking bool   // the role of the account needs a second factor, and it has none
}

// Over reports whether the session has been idle for too long, or has lasted too long.
func (s Session) Over(now time.Time) bool {
	return now.Sub(s.Seen) >= SessionIdle || now.Sub(s.Started) >= SessionLife
}

// Recent reports whether whoever uses the session proved not long ago who it is.
func (s Session) Recent(now time.Time) bool { return now.Sub(s.Proven) < ProofLife }

// families and systems are looked for in this order: many browsers name others too.
var (
	families = [][2]string{{"Edg", "Edge"}, {"OPR/", "Opera"}, {"coc_coc_browser", "Cốc Cốc"}, {"SamsungBrowser", "Samsung Internet"},
		{"Firefox/", "Firefox"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}}
	systems = [][2]string{{"Android", "Android"}, {"iPhone", "iOS"}, {"iPad", "iPadOS"}, {"Windows", "Windows"}, {"Macintosh", "macOS"},
		{"CrOS", "ChromeOS"}, {"Linux", "Linux"}}
)

// BrowserOf names the family and system of a User-Agent header, without versions: enough for its owner to know it again.
// What it does not know gives "".
func BrowserOf(userAgent string) string {
	var parts []string
	for _, list := range [][][2]string{families, systems} {
		for _, x := range list {
			if strings.Contains(userAgent, x[0]) {
				parts = append(parts, x[1])
				break
			}
		}
	}
	return strings.Join(parts, ", ")
}
