// Package quality looks for responses of doubtful quality (kiểm tra chất lượng phiếu): answered too fast, without reading,
// made up, sent in bulk. What it finds are reasons to look, as marks on responses; people decide. The rules, their
// formulas and where they come from are in docs/quality.md. It holds no I/O and the same responses always get the same marks.
package quality

import "thuocdo/survey"

// Flag is a set of marks on a response; survey has their names and words.
type Flag = survey.Flag
