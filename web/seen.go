package web

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"thuocdo/survey"
)

// Two people may have the page of a wave open, or one in two tabs. A page carries which state of the wave it shows, so that what
// was changed meanwhile is not replaced unseen; and saving twice what is saved already is no mistake.

// fieldSeen is the name of the field with that state.
const fieldSeen = "thay"

// seenWave names what the page of a wave shows of it.
func seenWave(w *survey.Wave) string {
	var modes []survey.Mode
	for _, m := range survey.Modes() {
		if w.Takes(m) {
			modes = append(modes, m)
		}
	}
	said := []any{typedWave(w), modes}
	if len(w.Consents) > 0 {
		said = append(said, w.Consents)
	}
	if n := w.Months(); n != 0 {
		said = append(said, n)
	}
	return stateName(said)
}

// seenDesign names the sampling design of a wave.
func seenDesign(d *survey.Design) string { return stateName(d) }

func stateName(x any) string {
	b, _ := json.Marshal(x) // texts and numbers
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:12])
}
