package web

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/altcha-org/altcha-lib-go"
	"github.com/labstack/echo/v4"

	"thuocdo/survey"
	"thuocdo/survey/guard"
	"thuocdo/web/problem"
)

// door lets finished forms in: it asks for proof of work or patience where much comes from one place, and marks what
// looks sent in bulk. What it knows is in memory and gone with the process; a form from before a restart takes the slower way.
type door struct {
	pressed atomic.Int64 // until when the service counts as pressed, in Unix seconds
	ledger  *guard.Ledger
	once    *guard.Once
	secret  string // signs challenges and tickets
}

// How long a challenge can be used, and a ticket once its wait is over.
const (
	challengeLife = 30 * time.Minute
	ticketLife    = time.Hour
)

func newDoor(r guard.Rules) *door {
	if r == (guard.Rules{}) {
		r = guard.Default
	}
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand
	return &door{ledger: guard.NewLedger(r), once: guard.NewOnce(), secret: hex.EncodeToString(b[:])}
}

// Names of fields of the last step.
const (
	fieldTrap   = "ghi-chu-2" // nobody sees it; programs fill it in
	fieldProof  = "altcha"
	fieldTicket = "ve"
)

// tokens is what the last step carries besides the answers.
type tokens struct {
	trapped bool
	proof   string
	ticket  string
}

func readTokens(v url.Values) tokens {
	return tokens{trapped: v.Get(fieldTrap) != "", proof: v.Get(fieldProof), ticket: v.Get(fieldTicket)}
}

// entrance is what a finished form meets at the door.
type entrance struct {
	arrival guard.Arrival
	marks   survey.Flag
	wait    time.Duration // before it may be sent again; 0 = come in
	kind    problem.Kind  // why
}

// pressedFor is how long one who was turned away for want of room keeps the door narrow.
const pressedFor = 30 * time.Second

// press notes that somebody was turned away for want of room.
func (d *door) press(now time.Time) { d.pressed.Store(now.Add(pressedFor).Unix()) }

// look returns the load before an arrival.
func (d *door) look(a guard.Arrival, now time.Time) guard.Load {
	load := d.ledger.Look(a, now)
	load.Pressed = now.Unix() < d.pressed.Load()
	return load
}

// arrivalOf returns what is counted of a form.
func arrivalOf(c echo.Context, a asking, answers survey.Answers) guard.Arrival {
	if a.kiosk != nil { // judged by its counter
		return guard.Arrival{Wave: a.wave.Code, Agency: a.agency.Code}
	}
	return guard.Arrival{Wave: a.wave.Code, Agency: a.agency.Code, Network: sender(c), Pattern: guard.PatternOf(a.form(), answers)}
}

// sender is the network of a request, or "" where the address says nothing about who sends: this machine itself, which
// stands for everybody behind a proxy that nobody has told us to trust.
func sender(c echo.Context) string {
	n := network(c)
	if n == "127.0.0.0/24" || n == "::/64" || n == "unknown" {
		return ""
	}
	return n
}

// enter judges a finished form.
func (s *Server) enter(c echo.Context, a asking, st step) entrance {
	now, rules := s.cfg.Now(), s.door.ledger.Rules()
	e := entrance{arrival: arrivalOf(c, a, st.Answers)}
	load := s.door.look(e.arrival, now)
	e.marks = rules.Marks(load) | s.marks(a, st, now)
	d := rules.Demand(load)
	if e.arrival.Network == "" { // says nothing about who sends
		d = guard.Demand{}
	}
	switch {
	case d.Refuse:
		e.wait, e.kind = d.Wait, problem.Of(problem.ErrTooMany)
	case d.Proof && a.kiosk == nil && !s.door.proved(st.proof, st.Key, now):
		e.wait, e.kind = s.door.patience(st.ticket, st.Key, d.Wait, now), problem.Of(problem.ErrPatience)
	}
	return e
}

// marks returns what a form itself says about who fills it in.
func (s *Server) marks(a asking, st step, now time.Time) (f survey.Flag) {
	if st.trapped {
		f |= survey.Trap
	}
	answered := 0
	for i := range st.Answers {
		if st.Answers[i].Set {
			answered++
		}
	}
	if st.Begun != 0 && s.door.ledger.Rules().TooFast(now.Sub(time.Unix(st.Begun, 0)), answered) {
		f |= survey.Automated
	}
	return f
}

// challenge returns a new one as JSON, for the script on the last step. Its salt says until when it can be used.
func (s *Server) challenge(c echo.Context, a asking) (string, error) {
	now := s.cfg.Now()
	load := s.door.look(guard.Arrival{Wave: a.wave.Code, Agency: a.agency.Code, Network: sender(c)}, now)
	end := now.Add(challengeLife)
	ch, err := altcha.CreateChallenge(altcha.ChallengeOptions{
		HMACKey: s.door.secret, MaxNumber: s.door.ledger.Rules().Difficulty(load), Expires: &end,
	})
	if err != nil {
		return "", err
	}
	b, err := json.Marshal(ch)
	return string(b), err
}

// proved reports whether a solution is right, in time, and not used for another form. The library would ask its own clock.
func (d *door) proved(solution, key string, now time.Time) bool {
	raw, err := base64.StdEncoding.DecodeString(solution)
	var p altcha.Payload
	if err != nil || len(raw) > 1000 || json.Unmarshal(raw, &p) != nil || p.Algorithm != string(altcha.SHA256) {
		return false
	}
	end, err := strconv.ParseInt(altcha.ExtractParams(p).Get("expires"), 10, 64)
	if err != nil {
		return false
	}
	right, err := altcha.VerifySolution(p, d.secret, false)
	return err == nil && right && d.once.Take(p.Challenge, key, time.Unix(end, 0), now)
}

// patience returns how long the holder of a ticket still has to wait: the whole time without a valid one.
func (d *door) patience(ticket, key string, whole time.Duration, now time.Time) time.Duration {
	from, ok := d.readTicket(ticket, key)
	left := from.Sub(now)
	if !ok || left > time.Minute || left < -ticketLife { // of another clock, or too old
		return whole
	}
	return max(left, 0)
}

// ticket says from when on a form may be sent.
func (d *door) ticket(key string, from time.Time) string {
	at := strconv.FormatInt(from.Unix(), 10)
	return at + "." + d.sign(key, at)
}

func (d *door) readTicket(ticket, key string) (from time.Time, ok bool) {
	at, sum, _ := strings.Cut(ticket, ".")
	n, err := strconv.ParseInt(at, 10, 64)
	if err != nil || !hmac.Equal([]byte(sum), []byte(d.sign(key, at))) {
		return time.Time{}, false
	}
	return time.Unix(n, 0), true
}

func (d *door) sign(parts ...string) string {
	h := hmac.New(sha256.New, []byte(d.secret))
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// holdBack shows the last step again with everything on it, and says how long to wait. A form that is counted already
// goes on to its receipt.
func (s *Server) holdBack(c echo.Context, a asking, st step, e entrance) error {
	key, err := s.onceOnly(c.Request().Context(), st.draft)
	if err != nil {
		return errors.Join(problem.ErrTooMany, err)
	}
	if receipt, counted, err := s.counted(c, a, key); err == nil && counted {
		return s.toReceipt(c, receipt)
	} else if err != nil {
		return errors.Join(problem.ErrTooMany, err)
	}
	n := stepNotes{Failed: &e.kind, Wait: int(math.Ceil(e.wait.Seconds())), Ticket: st.ticket}
	if _, ok := s.door.readTicket(st.ticket, st.Key); !ok || s.door.patience(st.ticket, st.Key, e.wait, s.cfg.Now()) == e.wait {
		n.Ticket = s.door.ticket(st.Key, s.cfg.Now().Add(e.wait))
	}
	c.Response().Header().Set("Retry-After", strconv.Itoa(n.Wait))
	return s.showStep(c, e.kind.Status, a, st.draft, lastStep(a.form()), n)
}

// admitProgram counts what a program sends through the API and refuses a network that sends too much. A program solves no
// riddle, and is not marked: what it sends has its own mode.
func (s *Server) admitProgram(c echo.Context, wave, agency string) error {
	arrival := guard.Arrival{Wave: "api " + wave, Agency: agency, Network: sender(c)}
	if s.door.ledger.Rules().Demand(s.door.ledger.Note(arrival, s.cfg.Now())).Refuse {
		return problem.ErrTooMany
	}
	return nil
}
