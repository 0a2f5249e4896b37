package web

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"thuocdo/survey"
)

// errDraft reports a hidden field that this service did not write.
var errDraft = errors.New("damaged draft")

// draft is a form under way. It travels in one hidden field from step to step; the server keeps nothing.
// What comes back is parsed and checked as if a stranger had typed it.
type draft struct {
	Key     string         // once-only key; "" until the first answers come
	Begun   int64          // when they came, in Unix seconds; 0 = not known. Only how long it took is kept
	Unit    string         // sampling unit that the address named; "" = none
	Answers survey.Answers // of the pages behind, len = Form.Len()
	Invite  string         // code of the invitation the form came with; "" = none
	Typed   map[int]string // by question: what was typed and is no answer yet, kept for the way back
}

// Bounds of a draft. The longest key is that of the intake; what was typed is cut to what a field takes.
const (
	draftVersion = 4 // 1 had no time of beginning, 2 no sampling unit, 3 no invitation
	draftUnit    = 160
	draftKey     = 128
	draftTyped   = 8 << 10
)

// encode writes version, key, time of beginning, sampling unit, invitation, packed answers and typed texts, each behind its length, in base64url.
func (d draft) encode(f *survey.Form) string {
	b := []byte{draftVersion}
	b = appendBytes(b, []byte(d.Key))
	b = binary.AppendVarint(b, d.Begun)
	b = appendBytes(b, []byte(d.Unit))
	b = appendBytes(b, []byte(d.Invite))
	b = appendBytes(b, f.Pack(d.Answers))
	for _, i := range slices.Sorted(maps.Keys(d.Typed)) {
		b = binary.AppendUvarint(b, uint64(i))
		b = appendBytes(b, []byte(d.Typed[i][:min(len(d.Typed[i]), draftTyped)]))
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// decodeDraft reads what encode wrote; an empty field is a form that has just begun.
func decodeDraft(f *survey.Form, field string) (draft, error) {
	d := draft{Answers: make(survey.Answers, f.Len()), Typed: map[int]string{}}
	if field == "" {
		return d, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(field)
	if err != nil || len(b) == 0 || b[0] == 0 || b[0] > draftVersion {
		return d, errDraft
	}
	version := b[0]
	key, b, ok := cutBytes(b[1:], draftKey)
	if ok && version > 1 {
		var n int
		d.Begun, n = binary.Varint(b)
		if ok = n > 0; ok {
			b = b[n:]
		}
	}
	if ok && version > 2 {
		var unit []byte
		unit, b, ok = cutBytes(b, draftUnit)
		d.Unit = string(unit)
	}
	if ok && version > 3 {
		var code []byte
		if code, b, ok = cutBytes(b, draftKey); ok && len(code) > 0 {
			d.Invite, err = survey.ReadInvitation(string(code))
			ok = err == nil
		}
	}
	packed, b, ok2 := cutBytes(b, len(b))
	if !ok || !ok2 {
		return d, errDraft
	}
	d.Key = string(key)
	if d.Answers, err = f.Unpack(packed); err != nil {
		return d, fmt.Errorf("%w: %w", errDraft, err)
	}
	for len(b) > 0 {
		i, n := binary.Uvarint(b)
		if n <= 0 || i >= uint64(f.Len()) {
			return d, errDraft
		}
		var text []byte
		if text, b, ok = cutBytes(b[n:], draftTyped); !ok {
			return d, errDraft
		}
		d.Typed[int(i)] = string(text)
	}
	return d, nil
}

// seconds returns how long the form took until now, as it is kept.
func (d draft) seconds(now time.Time) int {
	if d.Begun == 0 {
		return 0
	}
	return survey.Coarse(now.Sub(time.Unix(d.Begun, 0)))
}

func appendBytes(dst, b []byte) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(b))), b...)
}

func cutBytes(b []byte, most int) (head, rest []byte, ok bool) {
	n, size := binary.Uvarint(b)
	if size <= 0 || n > uint64(most) || n > uint64(len(b)-size) {
		return nil, nil, false
	}
	return b[size : size+int(n)], b[size+int(n):], true
}
