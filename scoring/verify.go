package scoring

import "thuocdo/scoring/phrase"

// Check returns every mistake of a framework that was read from another form than JSON, each with the path it would have
// there. Mistakes that only follow from a value that could not be read, whose paths are given, are left out.
func Check(f *Framework, unread phrase.Mistakes) phrase.Mistakes { return unrelated(check(f), unread) }
