package web

import (
	"slices"

	"thuocdo/scoring/assess"
	"thuocdo/web/locale"
)

// sayForm is what the agency says to an appraisal or answers to a question, with the documents that come with it.
type sayForm struct {
	ID     string // begins the ids of its fields
	Post   string // address
	Text   string
	Appeal bool
	// OneRound: nobody but the council hears of an explanation.
	OneRound bool
	Seen     int64
	Docs     []sayDoc // that are enclosed, or can be
	More     []sayDoc // others of the agency
	Typed    documentFields
	Most     string // bytes of a file, in words
	Accept   string
	Field    string // id of the field where something is wrong
	Wrong    string
}

// sayDoc is a document that can be enclosed.
type sayDoc struct {
	Key    string // digest of its file, or the key of one on paper
	Words  string
	Page   string
	File   bool
	Chosen bool
}

// document returns what the agency keeps under a digest.
func (x *aClaim) document(digest string) *assess.Document {
	i := slices.IndexFunc(x.kept, func(d assess.Document) bool { return d.Digest == digest })
	if i < 0 {
		return nil
	}
	return &x.kept[i]
}

// newSayForm is a form with the documents that are enclosed already.
func (s *Server) newSayForm(l *locale.Locale, x *aClaim, id string, enclosed []assess.Evidence) *sayForm {
	f := &sayForm{ID: id, Post: x.address() + sayName, Seen: x.item.Leaf.Version, Most: bytesIn(l, s.store.MostFile()), Accept: fileEndings()}
	f.enclose(l, x, enclosed)
	return f
}

// enclose ticks documents. Beside them stand those that nobody else has seen; what was submitted can be chosen from a list.
func (f *sayForm) enclose(l *locale.Locale, x *aClaim, enclosed []assess.Evidence) {
	f.Docs, f.More = nil, nil
	taken := map[string]bool{}
	for _, e := range enclosed {
		d := sayDoc{Key: e.Key(), Words: evidenceWords(l, e), Page: e.Page, Chosen: true}
		if e.File != nil {
			d.Key, d.File = e.File.Digest, true
		}
		taken[d.Key] = true
		f.Docs = append(f.Docs, d)
	}
	for _, k := range x.kept {
		if taken[k.Digest] {
			continue
		}
		d := sayDoc{Key: k.Digest, Words: evidenceWords(l, k.Evidence("")), File: true}
		if k.Submitted {
			f.More = append(f.More, d)
		} else {
			f.Docs = append(f.Docs, d)
		}
	}
}

// evidenceWords names a document in a line.
func evidenceWords(l *locale.Locale, e assess.Evidence) string {
	page := e.Page
	if e.Page = ""; e.File != nil {
		return documentLines(l, []assess.Evidence{e}) + " · " + e.File.Name
	}
	e.Page = page
	return documentLines(l, []assess.Evidence{e})
}

// sayFormOf returns the form on the page that something was typed into; nil where it is not there any more.
func (p *claimPage) sayFormOf(y *leafSaying) *sayForm {
	if y.kind == sayExplain {
		return p.Explain
	}
	if y.question < 1 || y.question > len(p.Questions) {
		return nil
	}
	return p.Questions[y.question-1].Form
}
