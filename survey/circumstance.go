package survey

import (
	"errors"
	"regexp"
	"time"
)

// ErrBadCircumstance reports a circumstance that is no code, or a language that no form is in.
var ErrBadCircumstance = errors.New("circumstance is not a code of 1 to 40 letters, digits, '.', '_' or '-'")

// Circumstances (hoàn cảnh trả lời) is what is kept of how a response came in, beside its answers. Nothing in it names
// or finds a person: units and counters are places where many people are asked.
type Circumstances struct {
	Unit       string // code of the sampling unit that the respondent was drawn in; "" = none
	Counter    string // code of the counter, kiosk or batch of paper forms; "" = none
	Enumerator string // code of who asked or typed it in; "" = nobody
	Language   string // the form was read in: "vi", "en"; "" = not known
	Seconds    int    // time taken, as Coarse rounds it; 0 = not known
	Marks      Flag   // what only the intake could see, some of IntakeMarks
}

// IntakeMarks are the marks that only the intake can set. They are stored with the response.
const IntakeMarks = Trap | Network | Automated

// longest is the most that Seconds says: whoever takes longer went away in between.
const longest = 4 * time.Hour

// Coarse returns how long answering took, in whole seconds: to 5 s within two minutes, to 15 s within ten, else to a
// minute, at most four hours. Enough to see who cannot have read the questions, too little to find a visit in a log.
// What is negative or under a second is 0: not known.
func Coarse(d time.Duration) int {
	d = min(d, longest)
	grain := time.Minute
	switch {
	case d < time.Second:
		return 0
	case d < 2*time.Minute:
		grain = 5 * time.Second
	case d < 10*time.Minute:
		grain = 15 * time.Second
	}
	return int(max(d.Round(grain), grain) / time.Second)
}

var placeCode = regexp.MustCompile(`^[\p{L}\p{Nd}][\p{L}\p{Nd}._-]{0,39}$`)

// Check reports a circumstance that is not kept: ErrBadCircumstance.
func (c *Circumstances) Check() error {
	for _, code := range [...]string{c.Unit, c.Counter, c.Enumerator} {
		if code != "" && !placeCode.MatchString(code) {
			return ErrBadCircumstance
		}
	}
	if c.Marks&^IntakeMarks != 0 {
		return ErrBadCircumstance
	}
	if c.Language != "" && c.Language != "vi" && c.Language != "en" {
		return ErrBadCircumstance
	}
	return nil
}

// coarse returns c with its time rounded as Coarse does.
func (c Circumstances) coarse() Circumstances {
	c.Seconds = Coarse(time.Duration(min(max(c.Seconds, 0), int(longest/time.Second))) * time.Second)
	return c
}
