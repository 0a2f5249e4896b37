package survey

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"
)

// Failures of forms that are put aside. Callers compare with errors.Is.
var (
	ErrBadResumeCode = errors.New("not a resume code")
	ErrNoDraft       = errors.New("no form is put aside under this code")
	ErrDraftExpired  = errors.New("form that was put aside has expired")
	ErrDraftLarge    = errors.New("form is too large to be put aside")
	ErrDraftsFull    = errors.New("too many forms are put aside")
	errSealed        = errors.New("sealed draft is damaged")
)

// Limits of what is put aside.
const (
	resumeChars   = 15 // 75 bits, without the check character
	resumeDays    = 14
	draftGrain    = 1 << 10 // lengths are rounded up to this, so that they tell little
	draftMaxBytes = 32 << 10
	resumeDomain  = "thuocdo resume "
)

// NewResumeCode returns a fresh code to go on with a form later (mã làm tiếp), "ABCD-EFGH-JKMN-PQRS": 75 random bits and a
// check character. Nobody can guess it, so a fast derivation of keys will do. It panics if random fails.
func NewResumeCode(random io.Reader) string { return newCode(random, resumeChars) }

// ResumeKey is what a resume code opens: where its draft lies, and the key that the draft is sealed with. Neither gives
// the other or the code, and the store sees Lookup alone.
type ResumeKey struct {
	Lookup [16]byte
	seal   cipher.AEAD
}

// ReadResumeCode derives the key of a code, read as people type it: see ReceiptDigest. ErrBadResumeCode if it is mistyped.
func ReadResumeCode(code string) (ResumeKey, error) {
	values, ok := readCode(code, resumeChars)
	if !ok {
		return ResumeKey{}, ErrBadResumeCode
	}
	lookup, err := hkdf.Key(sha256.New, values, nil, resumeDomain+"lookup 1", 16)
	if err != nil {
		return ResumeKey{}, err
	}
	secret, err := hkdf.Key(sha256.New, values, nil, resumeDomain+"seal 1", 32)
	if err != nil {
		return ResumeKey{}, err
	}
	block, err := aes.NewCipher(secret)
	if err != nil {
		return ResumeKey{}, err
	}
	k := ResumeKey{Lookup: [16]byte(lookup)}
	k.seal, err = cipher.NewGCM(block)
	return k, err
}

// Draft is a form put aside: of which wave and agency, what the edge wants back as it was, and at which page.
type Draft struct {
	Wave, Agency string
	State        string // as the edge wrote it; holds the once-only key and the answers
	Page         int
}

// Seal encrypts a draft with AES-256-GCM under a fresh nonce. The day it expires and its place are authenticated with it,
// so that the store can neither prolong it nor put it elsewhere. ErrDraftLarge if it is too long.
func (k ResumeKey) Seal(random io.Reader, d Draft, expires Day) ([]byte, error) {
	var b []byte
	for _, s := range [...]string{d.Wave, d.Agency, d.State} {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	b = binary.AppendUvarint(b, uint64(d.Page))
	if len(b) > draftMaxBytes {
		return nil, ErrDraftLarge
	}
	b = append(b, make([]byte, (draftGrain-len(b)%draftGrain)%draftGrain)...)
	nonce := make([]byte, k.seal.NonceSize())
	if _, err := io.ReadFull(random, nonce); err != nil {
		return nil, fmt.Errorf("seal draft: %w", err)
	}
	return k.seal.Seal(nonce, nonce, b, k.bound(expires)), nil
}

// Open decrypts what Seal wrote for the same day. Anything else is an error.
func (k ResumeKey) Open(sealed []byte, expires Day) (Draft, error) {
	n := k.seal.NonceSize()
	if len(sealed) < n {
		return Draft{}, errSealed
	}
	b, err := k.seal.Open(nil, sealed[:n], sealed[n:], k.bound(expires))
	if err != nil {
		return Draft{}, fmt.Errorf("%w: %w", errSealed, err)
	}
	var d Draft
	for _, s := range [...]*string{&d.Wave, &d.Agency, &d.State} {
		size, n := binary.Uvarint(b)
		if n <= 0 || size > uint64(len(b)-n) {
			return Draft{}, errSealed
		}
		*s, b = string(b[n:n+int(size)]), b[n+int(size):]
	}
	page, size := binary.Uvarint(b)
	if size <= 0 || page > maxQuestions {
		return Draft{}, errSealed
	}
	d.Page = int(page)
	return d, nil
}

func (k ResumeKey) bound(expires Day) []byte {
	return binary.AppendVarint(k.Lookup[:len(k.Lookup):len(k.Lookup)], int64(expires))
}

// ResumeUntil returns the last day on which a form put aside at time now can be opened: the fourteenth from then, or the
// last day of the wave.
func (w *Wave) ResumeUntil(now time.Time) Day {
	return min(DayOf(now.In(Vietnam))+resumeDays, w.LastDay())
}

// LastDay returns the last day on which the wave takes answers. One that closes at midnight takes none on the day that begins.
func (w *Wave) LastDay() Day { return DayOf(w.Closes.Add(-1).In(Vietnam)) }
