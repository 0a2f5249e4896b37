package invite

import (
	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// Columns are those of a file for mail merge: code and link of each invitation, and what it is about.
var Columns = []string{"code", "link", "agency", "agency_name", "unit"}

// Row is one line of a file for mail merge, a text per column.
func Row(base string, x survey.Issued, agency phrase.Text, lang string) []string {
	return []string{x.Code, Address(base, x.Code), x.Agency, agency.In(lang), x.Unit}
}
