// Package reform is the reform report (báo cáo cải cách hành chính) of an agency for a quarter, six months or a year: texts that
// officials write, around figures that the program has.
package reform

import (
	"errors"
	"unicode/utf8"

	"thuocdo/scoring/phrase"
)

// ErrConflict reports that somebody else changed the texts meanwhile.
var ErrConflict = errors.New("somebody else changed the report")

// Section is a text of a report.
type Section string

// Sections, in the order of the report.
const (
	Lead      Section = "lead"      // chỉ đạo, điều hành
	Done      Section = "done"      // kết quả nổi bật
	Limits    Section = "limits"    // tồn tại, hạn chế
	Next      Section = "next"      // phương hướng, nhiệm vụ
	Proposals Section = "proposals" // kiến nghị, đề xuất
	Place     Section = "place"     // where it is signed
	Authority Section = "authority" // who signs, a line each
	Signer    Section = "signer"    // the name below
)

// Sections are all texts, as forms show them.
var Sections = []Section{Lead, Done, Limits, Next, Proposals, Place, Authority, Signer}

// Short reports whether the text is a line or two, not paragraphs.
func (s Section) Short() bool { return s == Place || s == Authority || s == Signer }

// Most is how many letters the text may have.
func (s Section) Most() int {
	if s.Short() {
		return 200
	}
	return 20_000
}

var titles = map[Section]phrase.Text{
	Lead: phrase.VI("Công tác chỉ đạo, điều hành", "Direction and management"), Done: phrase.VI("Kết quả thực hiện", "Results"),
	Limits: phrase.VI("Tồn tại, hạn chế", "Shortcomings"), Next: phrase.VI("Phương hướng, nhiệm vụ", "Next steps"),
	Proposals: phrase.VI("Kiến nghị, đề xuất", "Proposals"), Place: phrase.VI("Địa danh", "Place"),
	Authority: phrase.VI("Quyền hạn, chức vụ của người ký", "Authority and post of who signs"), Signer: phrase.VI("Họ và tên người ký", "Name of who signs"),
}

// Title heads the text.
func (s Section) Title() phrase.Text { return titles[s] }

// Report is the texts of one report.
type Report struct {
	Agency  string             `json:"-"`
	Period  string             `json:"-"`
	Version int                `json:"-"` // counts changes, from 1; 0 before it is stored
	Texts   map[Section]string `json:"texts"`
}

// Check returns every mistake, with the name of the section.
func (r *Report) Check() (found phrase.Mistakes) {
	for s, text := range r.Texts {
		if titles[s] == nil {
			found.Add(string(s), "không có phần này", "there is no such part")
		} else if utf8.RuneCountInString(text) > s.Most() {
			found.Add(string(s), "dài quá %d chữ", "longer than %d letters", s.Most())
		}
	}
	return found
}
