package framebook_test

import (
	"bytes"
	"regexp"
	"strconv"
	"testing"

	"thuocdo/data/framebook"
	"thuocdo/data/readers"
)

// Frameworks are changed in LibreOffice, too: what it saves must say the same.
func TestAFrameworkSurvivesLibreOffice(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starting LibreOffice takes seconds")
	}
	files, all := map[string][]byte{}, published(t)
	for name, f := range all {
		files[name+".xlsx"] = mustWrite(t, f)
	}
	for name, again := range readers.Office(t, "xlsx", files) {
		f := all[name[:len(name)-len(".xlsx")]]
		got, err := framebook.Read(t.Context(), bytes.NewReader(again))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if line := difference(rounded(mustDefine(t, f)), rounded(mustDefine(t, got))); line != "" {
			t.Errorf("%s: %s", name, line)
		}
	}
}

var fraction = regexp.MustCompile(`-?\d+\.\d{10,}`)

// rounded writes fractions with the 15 digits that LibreOffice keeps.
func rounded(definition string) string {
	return fraction.ReplaceAllStringFunc(definition, func(s string) string {
		x, _ := strconv.ParseFloat(s, 64)
		return strconv.FormatFloat(x, 'g', 15, 64)
	})
}
