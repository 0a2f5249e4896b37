package survey

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"

	"thuocdo/scoring/phrase"
)

// Failures of invitations. Callers compare with errors.Is.
var (
	ErrBadInvitation     = errors.New("not an invitation code")
	ErrNoInvitation      = errors.New("no such invitation")
	ErrInvitationUsed    = errors.New("invitation was used already")
	ErrInvitationForeign = errors.New("invitation is for another wave or agency")
	ErrInvitationNeeded  = errors.New("wave takes answers by invitation only")
	ErrNotInviting       = errors.New("wave takes no invitations")
	ErrSmallUnit         = errors.New("unit with too few invitations")
	ErrInvitationsFull   = errors.New("too many invitations at once")
)

// Access says who may answer a wave by themselves: on the web, at a kiosk, on paper.
type Access string

// Ways into a wave. The zero Access is Open.
const (
	Open    Access = "open"       // everybody who has the address
	Both    Access = "both"       // everybody, and who was invited with a code of their own
	Invited Access = "invitation" // only who was invited
)

// Bounds of an order.
const (
	SmallUnit      = 5       // invitations; with fewer in a unit, the unit would say who answered
	InvitationsMax = 200_000 // invitations at once
)

// Valid reports whether a is one of the ways above, or not set.
func (a Access) Valid() bool { return a == "" || a == Open || a == Both || a == Invited }

// Invites reports whether invitations can be made for a wave of this access.
func (a Access) Invites() bool { return a == Both || a == Invited }

// inviteChars is the length of an invitation code without its check character: 50 random bits. One network may try a
// handful a minute; with 100,000 invitations out, one guess in eleven billion finds one.
const inviteChars = 10

// NewInvitation returns a fresh invitation code (mã thư mời), "ABCD-EFGH-JKM": ten characters of Crockford's base32 and a
// check character that finds every single wrong character and every exchange of two. It panics if random fails.
func NewInvitation(random io.Reader) string {
	values := make([]byte, inviteChars)
	if _, err := io.ReadFull(random, values); err != nil {
		panic("survey: no randomness for an invitation: " + err.Error())
	}
	for i := range values {
		values[i] &= 31
	}
	return spell(append(values, check(values)))
}

// ReadInvitation returns the one spelling of a code as people type it: see ReceiptDigest. ErrBadInvitation if it is
// mistyped: too short or long, other characters, or a check character that does not fit.
func ReadInvitation(code string) (string, error) {
	values, ok := readCode(code, inviteChars)
	if !ok {
		return "", ErrBadInvitation
	}
	return spell(values), nil
}

// Batch is what an order of invitations (đợt phát thư mời) asks for: so many codes for answers about one agency, from people
// drawn in one sampling unit, to be given in one mode.
type Batch struct {
	Agency string
	Unit   string // code of the sampling unit; "" = none
	Mode   Mode   // of the answers; Web where nothing else is said
	N      int    // how many
}

// Issued is one new invitation. Its code is kept nowhere.
type Issued struct {
	Batch        // N is 1
	Code  string // "ABCD-EFGH-JKM"
}

// Ticket is what an invitation lets its holder do.
type Ticket struct {
	Wave, Agency, Unit string
	Mode               Mode
	// Once is the once-only key of the invitation: a pseudonym of the code that only the holder of the store's secret can
	// make. Whatever is sent with it counts once.
	Once string
}

// Invitations finds what a code of ReadInvitation lets in: ErrNoInvitation, ErrBadInvitation.
type Invitations interface {
	Invitation(ctx context.Context, code string) (Ticket, error)
}

// InvitedCount is how invitations of one agency, unit and mode stand. While the wave is open Spent moves in steps of
// five, so that nobody sees when one person answers.
type InvitedCount struct {
	Agency, Unit string
	Mode         Mode
	Issued       int
	Spent        int
}

// CheckBatches finds what is wrong with an order for a wave. A unit must get at least SmallUnit invitations in all, had of which
// it has already: where fewer are asked, the unit that an answer carries would name a person.
func (w *Wave) CheckBatches(order []Batch, had map[[2]string]int) error {
	var m phrase.Mistakes
	if !w.Access.Invites() {
		return ErrNotInviting
	}
	total, units := 0, map[[2]string]int{}
	for i, b := range order {
		at := fmt.Sprintf("row %d", i+1)
		if !hasSorted(w.Agencies, b.Agency) {
			m.Add(at, "đợt khảo sát không hỏi về cơ quan %q", "the wave does not ask about agency %q", b.Agency)
		}
		if (&Circumstances{Unit: b.Unit}).Check() != nil {
			m.Add(at, "mã đơn vị mẫu %q không hợp lệ", "unit code %q is not valid", b.Unit)
		}
		if w.Design != nil && b.Unit != "" {
			if u, ok := w.Design.Unit(b.Unit); !ok || u.Agency != b.Agency {
				m.Add(at, "đơn vị %q không được rút cho cơ quan %q trong mẫu của đợt", "unit %q was not drawn for agency %q in the wave's sample", b.Unit, b.Agency)
			}
		}
		if b.Mode != "" && !b.Mode.Valid() {
			m.Add(at, "không có hình thức %q", "there is no mode %q", string(b.Mode))
		}
		if b.Mode.Valid() && !w.Takes(b.Mode) {
			m.Add(at, "đợt khảo sát không nhận phiếu theo hình thức %q", "the wave takes no answers in mode %q", string(b.Mode))
		}
		if b.N < 1 || b.N > InvitationsMax {
			m.Add(at, "số thư mời phải từ 1 đến %d", "the number of invitations must be from 1 to %d", InvitationsMax)
		}
		total += max(0, min(b.N, InvitationsMax))
		units[[2]string{b.Agency, b.Unit}] += b.N
	}
	for i, b := range order {
		key := [2]string{b.Agency, b.Unit}
		if n, ok := units[key]; ok && b.Unit != "" && n+had[key] < SmallUnit {
			m.Add(fmt.Sprintf("row %d", i+1), "đơn vị %q chỉ có %d thư mời; cần ít nhất %d để không lộ người trả lời, hãy gộp với đơn vị bên cạnh",
				"unit %q has %d invitations only; at least %d are needed so that no answer names a person: merge it with a neighbour", b.Unit, n+had[key], SmallUnit)
		}
		delete(units, key)
	}
	if total > InvitationsMax {
		return ErrInvitationsFull
	}
	return m.Err()
}

func hasSorted(list []string, s string) bool {
	lo, hi := 0, len(list)
	for lo < hi {
		if mid := (lo + hi) / 2; cmp.Less(list[mid], s) {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo < len(list) && list[lo] == s
}

// invited makes a submission what its invitation says, or refuses it: one without where one is needed, one with a
// foreign one. Interviewers, who know whom they visit, need none. The mode is that of the invitation, but for what was
// answered at a kiosk or on paper.
func (in *Intake) invited(ctx context.Context, w *OpenWave, s *Submission) error {
	if s.Invitation == "" {
		if w.Access == Invited && s.Mode != Enumerator {
			return ErrInvitationNeeded
		}
		return nil
	}
	code, err := ReadInvitation(s.Invitation)
	if err != nil {
		return err
	}
	if in.Invitations == nil {
		return ErrNoInvitation
	}
	t, err := in.Invitations.Invitation(ctx, code)
	switch {
	case err != nil:
		return fmt.Errorf("invitation: %w", err)
	case t.Wave != w.Code || t.Agency != s.Agency:
		return ErrInvitationForeign
	}
	s.once, s.Unit = t.Once, t.Unit
	if s.Mode != Kiosk && s.Mode != Paper {
		s.Mode = t.Mode
	}
	return nil
}

// onceOnly is the key that decides the receipt: of the invitation where there is one, else of the sender.
func (s *Submission) onceOnly() string { return cmp.Or(s.once, s.Key) }
