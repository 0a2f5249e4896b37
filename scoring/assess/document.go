package assess

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Failures around documents. Callers compare with errors.Is.
var (
	ErrNoDocument = errors.New("no such document")
	ErrUsed       = errors.New("a claim refers to the document")
	ErrKept       = errors.New("the document was submitted and is kept")
)

// MostDocuments is how many files an agency keeps in a season.
const MostDocuments = 2000

// File is a stored file. It is named by what is in it.
type File struct {
	Digest string `json:"digest"` // SHA-256, 64 hexadecimal digits
	Name   string `json:"name"`   // for display alone
	Type   string `json:"type"`   // media type
	Size   int64  `json:"size"`   // bytes
}

// Document is a file that an agency keeps for its claims of a season, and what is known of it.
type Document struct {
	File
	Agency string `json:"agency"`
	Number string `json:"number"`
	Date   string `json:"date,omitempty"` // YYYY-MM-DD
	Issuer string `json:"issuer,omitempty"`
	Mark
	Submitted bool     `json:"submitted,omitempty"` // a claim that was submitted refers to it: it stays
	Leaves    []string `json:"leaves,omitempty"`    // whose claims refer to it now
}

// Evidence returns what a claim says of the document.
func (d Document) Evidence(page string) Evidence {
	f := d.File
	return Evidence{Number: d.Number, Date: d.Date, Issuer: d.Issuer, Page: page, File: &f}
}

// Check finds what is wrong with what is said of a document.
func (d Document) Check() error { return d.Evidence("").check("") }

// Cites reports whether a piece of evidence without a file means the document: the same number, nothing else against it.
func (d Document) Cites(e Evidence) bool {
	return e.Number == d.Number && agree(e.Date, d.Date) && agree(e.Issuer, d.Issuer)
}

// agree reports whether nothing speaks against two things said of a document being the same.
func agree(a, b string) bool { return a == "" || b == "" || a == b }

// Key names a piece of evidence among those of its leaf.
func (e Evidence) Key() string {
	if e.File != nil {
		e.File = &File{Digest: e.File.Digest}
	}
	b, err := json.Marshal(e)
	if err != nil {
		return "" // strings alone: it does not fail
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}

// Collecting returns why an agency cannot add documents or take away what nobody has seen; nil where it can: while it fills in, and
// while it may answer, explain or appeal.
func Collecting(season *Season, sheet *Sheet, now time.Time) error {
	return open(season, sheet, now, Draft, Submitted, Appraised, Review)
}

// Claiming returns why an agency cannot change the documents behind its claims now; nil where it can.
func Claiming(season *Season, sheet *Sheet, now time.Time) error {
	return open(season, sheet, now, Draft)
}

func open(season *Season, sheet *Sheet, now time.Time, stages ...Stage) error {
	if season.State != Open {
		return fmt.Errorf("%s: %w", season.Code, ErrState)
	}
	t := turn{season: season, sheet: sheet, mark: Mark{At: now}}
	return t.during(stages...)
}

// Attach adds a document to the claim about a leaf, whatever others change of the claim meanwhile. One that is there already is not
// added again, and one that was claimed on paper alone gets its file.
type Attach struct {
	Leaf     string
	Evidence Evidence
}

func (a Attach) apply(t *turn) error {
	return t.amend(a.Leaf, func(list []Evidence) []Evidence {
		if slices.ContainsFunc(list, a.repeats) {
			return list
		}
		list = slices.Clone(list)
		if i := slices.IndexFunc(list, a.completes); i >= 0 {
			e := &list[i]
			e.File, e.Date, e.Issuer, e.Page = a.Evidence.File, cmp.Or(e.Date, a.Evidence.Date), cmp.Or(e.Issuer, a.Evidence.Issuer), cmp.Or(e.Page, a.Evidence.Page)
			return list
		}
		return append(list, a.Evidence)
	})
}

// repeats reports whether a claim has the document already.
func (a Attach) repeats(e Evidence) bool {
	x := a.Evidence
	same := e.File != nil && x.File != nil && e.File.Digest == x.File.Digest && e.Number == x.Number && e.Page == x.Page
	return same || e.Key() == x.Key()
}

// completes reports whether the file that is attached is that of a document which was claimed without one.
func (a Attach) completes(e Evidence) bool {
	x := a.Evidence
	return x.File != nil && e.File == nil && e.Number == x.Number && agree(e.Date, x.Date) && agree(e.Issuer, x.Issuer) && agree(e.Page, x.Page)
}

// Detach takes a document out of the claim about a leaf, by its Key. One that is gone already stays gone.
type Detach struct{ Leaf, Key string }

func (a Detach) apply(t *turn) error {
	return t.amend(a.Leaf, func(list []Evidence) []Evidence {
		return slices.DeleteFunc(slices.Clone(list), func(e Evidence) bool { return e.Key() == a.Key })
	})
}

// Describe gives a document other words wherever claims refer to it, while the sheet is a draft. Claims that change lose what was said
// of the old ones, as by Fill.
type Describe struct{ Document Document }

func (a Describe) apply(t *turn) error {
	if err := t.during(Draft); err != nil {
		return err
	}
	d := a.Document
	if err := d.Check(); err != nil {
		return err
	}
	for _, code := range slices.Sorted(maps.Keys(t.sheet.Leaves)) {
		l := t.sheet.Leaves[code]
		c, found := l.Claim, false
		c.Evidence = slices.Clone(c.Evidence)
		for i, e := range c.Evidence {
			if e.File != nil && e.File.Digest == d.Digest {
				c.Evidence[i], found = d.Evidence(e.Page), true
			}
		}
		if !found {
			continue
		}
		if err := (Fill{Leaf: code, Seen: l.Version, Claim: c}).apply(t); err != nil {
			return err
		}
	}
	return nil
}

// amend changes the documents of a claim and nothing else of it.
func (t *turn) amend(code string, change func([]Evidence) []Evidence) error {
	l := t.sheet.Leaves[code]
	c := l.Claim
	c.Evidence = change(c.Evidence)
	if slices.Equal(c.Evidence, l.Claim.Evidence) {
		if err := t.during(Draft); err != nil {
			return err
		}
		_, err := node(t.plan, code)
		return err
	}
	return Fill{Leaf: code, Seen: l.Version, Claim: c}.apply(t)
}

// sameFiles reports whether two lists of documents, which say the same, have the same files.
func sameFiles(a, b []Evidence) bool {
	return slices.EqualFunc(a, b, func(x, y Evidence) bool {
		return (x.File == nil) == (y.File == nil) && (x.File == nil || x.File.Digest == y.File.Digest)
	})
}

// keepFiles gives documents that a new claim repeats the files that they had in the old one: a form or a table need not know of them.
func (c Claim) keepFiles(old Claim) []Evidence {
	list := slices.Clone(c.Evidence)
	for i, e := range list {
		if e.File != nil {
			continue
		}
		for _, had := range old.Evidence {
			if had.File != nil && had.Number == e.Number && had.Date == e.Date && had.Issuer == e.Issuer {
				list[i].File = had.File
				break
			}
		}
	}
	return list
}
