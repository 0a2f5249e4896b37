package assess

import (
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Reason is why a file is not taken.
type Reason string

// Reasons.
const (
	FileEmpty     Reason = "empty"
	FileLarge     Reason = "large"
	FileType      Reason = "type"      // none of the types that are taken
	FileLies      Reason = "lies"      // the name ends as another type does
	FileDamaged   Reason = "damaged"   // cut short or broken
	FileMacro     Reason = "macro"     // a document with macros or controls
	FileActive    Reason = "active"    // scripts, markup, references to other machines
	FileAmbiguous Reason = "ambiguous" // more than one type at once
	FileBomb      Reason = "bomb"      // unpacks to too much
	FilePixels    Reason = "pixels"    // a picture of too many
	FileFound     Reason = "found"     // the scanner found something
	FileUnscanned Reason = "unscanned" // the scanner did not work
	FileMany      Reason = "many"      // the agency keeps MostDocuments already
)

// Reasons are all of them.
var Reasons = []Reason{FileEmpty, FileLarge, FileType, FileLies, FileDamaged, FileMacro, FileActive, FileAmbiguous, FileBomb, FilePixels, FileFound, FileUnscanned, FileMany}

// Refused is a file that is not taken, with the reason. Detail is for the log.
type Refused struct {
	Reason Reason
	Detail string
}

// Error says why.
func (r *Refused) Error() string { return "the file is refused: " + string(r.Reason) + ": " + r.Detail }

// FileTypes are the media types that are taken, with the endings that names of such files have; the first is the usual one.
var FileTypes = []struct {
	Type    string
	Endings []string
}{
	{"application/pdf", []string{".pdf"}},
	{"application/vnd.openxmlformats-officedocument.wordprocessingml.document", []string{".docx"}},
	{"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", []string{".xlsx"}},
	{"image/jpeg", []string{".jpg", ".jpeg"}},
	{"image/png", []string{".png"}},
	{"image/webp", []string{".webp"}},
}

// Ends reports whether a name ends as names of files of a type do.
func Ends(name, media string) bool {
	for _, t := range FileTypes {
		if t.Type == media {
			return slices.Contains(t.Endings, strings.ToLower(path.Ext(name)))
		}
	}
	return false
}

// mostName is how many letters of a name are kept.
const mostName = 120

// CleanName makes a name of a file fit to be shown and to be saved under on any system: no folders, nothing invisible or that turns
// the direction of writing, no letters that systems reserve, at most 120 of them with the ending.
func CleanName(name string) string {
	name = norm.NFC.String(strings.ToValidUTF8(name, ""))
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune(`<>:"|?*`, r):
			return '_'
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsGraphic(r):
			return -1
		}
		return r
	}, name)
	name = norm.NFC.String(name) // marks that something stood between meet
	name = strings.TrimRight(strings.Join(strings.Fields(name), " "), ". ")
	ending := path.Ext(name)
	if utf8.RuneCountInString(ending) > 8 {
		ending = ""
	}
	stem := strings.Trim(strings.TrimSuffix(name, ending), ". ")
	if stem == "" {
		stem = "tai-lieu"
	}
	letters := []rune(stem)
	return strings.TrimRight(string(letters[:min(len(letters), mostName-utf8.RuneCountInString(ending))]), ". ") + ending
}
