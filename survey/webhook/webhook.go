// Package webhook says to which programs elsewhere the service tells what has happened, and when it tries again (thông báo cho hệ thống
// khác). What is sent follows Standard Webhooks 1.0 (https://www.standardwebhooks.com): an id that stays the same over all tries, the time
// of the try, and a signature over both and the body.
package webhook

import (
	"encoding/base64"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Failures. Callers compare with errors.Is.
var (
	ErrUnknown = errors.New("no such webhook")
	ErrBad     = errors.New("a webhook needs an address that begins with https:// and carries no password, and at least one kind of event")
	ErrFull    = errors.New("there are as many webhooks as there may be")
)

// Bounds.
const (
	Most       = 50 // webhooks of a service
	longestURL = 500
	secretSize = 24 // bytes, as the standard recommends
	idSize     = 9
)

// Kind is a sort of event.
type Kind string

// Kinds of events. None carries a figure: whoever hears of one asks for what he may read.
const (
	ReleasePublished Kind = "release.published"
	ReleaseWithdrawn Kind = "release.withdrawn"
	WaveClosed       Kind = "wave.closed"
	SheetStage       Kind = "assessment.stage" // a sheet of a season has gone on, or back
	Test             Kind = "test"             // sent when somebody asks for it
)

// Kinds are those that a webhook can want.
var Kinds = []Kind{ReleasePublished, ReleaseWithdrawn, WaveClosed, SheetStage}

// Hook is an address that is told of events.
type Hook struct {
	ID     string
	URL    string
	Kinds  []Kind
	Secret string // "whsec_…": signs what is sent; only the receiver and the service know it
	Made   time.Time
	// Private lets it lie in a private network and be without TLS. Whoever runs the service may say so, nobody on its pages.
	Private bool
}

// address is scheme, host with or without a port, and the rest: no user, no password, no fragment, nothing that is not to be seen.
var address = regexp.MustCompile(`^(https?)://((?:[\pL\pN.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?)(?:[/?][^\s\p{C}#]*)?$`)

// Check says whether a webhook can be stored.
func (h Hook) Check() error {
	parts := address.FindStringSubmatch(h.URL)
	if parts == nil || len(h.URL) > longestURL || parts[1] == "http" && !h.Private || len(h.Kinds) == 0 {
		return ErrBad
	}
	for _, k := range h.Kinds {
		if !slices.Contains(Kinds, k) {
			return ErrBad
		}
	}
	return nil
}

// Wants reports whether a webhook is told of an event of this kind at this time. Releases are published by the minute:
// that in which the webhook was made counts whole.
func (h Hook) Wants(k Kind, at time.Time) bool {
	return !at.Before(h.Made.Truncate(time.Minute)) && slices.Contains(h.Kinds, k)
}

// Host is the part of the address that logs and lists of acts show: the rest may be a secret of the receiver.
func (h Hook) Host() string {
	parts := address.FindStringSubmatch(h.URL)
	if parts == nil {
		return ""
	}
	return parts[2]
}

// NewID draws an id with a prefix: "wh_…" of a webhook, "msg_…" of an event.
func NewID(r io.Reader, prefix string) (string, error) {
	b := make([]byte, idSize)
	_, err := io.ReadFull(r, b)
	return prefix + base64.RawURLEncoding.EncodeToString(b), err
}

// NewSecret draws a secret.
func NewSecret(r io.Reader) (string, error) {
	b := make([]byte, secretSize)
	_, err := io.ReadFull(r, b)
	return "whsec_" + base64.StdEncoding.EncodeToString(b), err
}

// Event is something that happened. Body is the JSON that is sent.
type Event struct {
	ID      string
	Kind    Kind
	Subject string // of which thing; an event of a kind and subject happens once
	At      time.Time
	Body    []byte
}

// Delivery is an event on its way to a webhook.
type Delivery struct {
	Hook  Hook
	Event Event
	Tries int       // so far
	Next  time.Time // zero: over
	Last  time.Time // the last try
	Code  int       // HTTP status of the last try; 0 = no answer
	Done  bool      // it was taken
}

// waits are the times between tries: 28 hours in all.
var waits = []time.Duration{5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 10 * time.Hour}

// Tries is how often a delivery is tried at most.
var Tries = len(waits) + 1

// Wait returns how long to wait after so many tries; ok is false where it is over.
func Wait(tries int) (d time.Duration, ok bool) {
	if tries < 1 || tries > len(waits) {
		return 0, false
	}
	return waits[tries-1], true
}

// ParseKinds reads kinds from words.
func ParseKinds(words string) (list []Kind) {
	for _, w := range strings.Fields(words) {
		list = append(list, Kind(w))
	}
	return list
}

// Words writes kinds as words.
func Words(list []Kind) string {
	words := make([]string, len(list))
	for i, k := range list {
		words[i] = string(k)
	}
	return strings.Join(words, " ")
}
