package survey

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"io"
)

// Failures of codes for sending. Callers compare with errors.Is.
var (
	ErrBadMailCode   = errors.New("not a code for sending")
	ErrOtherMailCode = errors.New("code for sending is of another wave")
)

const (
	mailChars  = 15 // 75 bits, without the check character
	mailDomain = "thuocdo mailing "
)

// NewMailCode returns a fresh code for sending (mã gửi thư), "ABCD-EFGH-JKMN-PQRS": 75 random bits and a check character. The
// invitation codes of a wave's list of addresses follow from it and from nothing that is stored; see
// docs/decisions/0047-mail.md. It panics if random fails.
func NewMailCode(random io.Reader) string { return newCode(random, mailChars) }

// MailKey is what a code for sending opens. The store sees Proof alone, which gives neither the code nor an invitation.
type MailKey struct {
	Proof [16]byte
	codes []byte
}

// ReadMailCode derives the key of a code, read as people type it: see ReceiptDigest. ErrBadMailCode if it is mistyped.
func ReadMailCode(code string) (k MailKey, err error) {
	values, ok := readCode(code, mailChars)
	if !ok {
		return k, ErrBadMailCode
	}
	proof, err := hkdf.Key(sha256.New, values, nil, mailDomain+"proof 1", len(k.Proof))
	if err != nil {
		return k, err
	}
	copy(k.Proof[:], proof)
	k.codes, err = hkdf.Key(sha256.New, values, nil, mailDomain+"codes 1", sha256.Size)
	return k, err
}

// Invitation returns the invitation code that belongs to the salt of an address: always the same, and without the key as
// good as any other.
func (k MailKey) Invitation(salt []byte) string {
	h := hmac.New(sha256.New, k.codes)
	h.Write(salt)
	values := h.Sum(nil)[:inviteChars]
	for i := range values {
		values[i] &= 31
	}
	return spell(append(values, check(values)))
}
