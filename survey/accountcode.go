package survey

import (
	"crypto/sha256"
	"errors"
	"io"
)

// ErrBadAccountCode reports a one-time code for an account that is mistyped.
var ErrBadAccountCode = errors.New("not a one-time code for an account")

const (
	accountCodeChars  = 15 // 75 bits, without the check character
	accountCodeDomain = "thuocdo account code 1 "
)

// NewAccountCode returns a fresh code (mã kích hoạt) by which somebody chooses the password of an account, "ABCD-EFGH-JKMN-PQRS".
// It panics if random fails.
func NewAccountCode(random io.Reader) string { return newCode(random, accountCodeChars) }

// AccountCodeDigest returns what the store keeps of a code, read as people type it. ErrBadAccountCode if it is mistyped.
func AccountCodeDigest(code string) (d [16]byte, err error) {
	values, ok := readCode(code, accountCodeChars)
	if !ok {
		return d, ErrBadAccountCode
	}
	sum := sha256.Sum256(append([]byte(accountCodeDomain), values...))
	return [16]byte(sum[:]), nil
}
