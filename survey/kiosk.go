package survey

import (
	"crypto/sha256"
	"errors"
	"io"
	"regexp"
)

// Failures of kiosks. Callers compare with errors.Is.
var (
	ErrNoKiosk  = errors.New("no kiosk with this code or token")
	ErrBadPIN   = errors.New("pin is not 4 to 8 digits")
	ErrBadSetup = errors.New("not a set-up code")
)

// Terminal (máy khảo sát tại quầy) is a device at a counter that takes answers about one agency. Nothing in it names who set it up.
type Terminal struct {
	Wave    string
	Agency  string
	Counter string // Circumstances.Counter of its answers
	PIN     string // hash of what leaves it
	Expires Day
}

const (
	setupChars  = 7 // 35 bits, without the check character; used once, within days, by few guesses
	setupDomain = "thuocdo kiosk 1"
)

// NewSetupCode returns a fresh code that sets up one kiosk, "ABCD-EFGH". It panics if random fails.
func NewSetupCode(random io.Reader) string { return newCode(random, setupChars) }

// newCode draws so many characters and appends the check character.
func newCode(random io.Reader, chars int) string {
	values := make([]byte, chars)
	if _, err := io.ReadFull(random, values); err != nil {
		panic("survey: no randomness for a code: " + err.Error())
	}
	for i := range values {
		values[i] &= 31
	}
	return spell(append(values, check(values)))
}

// SetupDigest returns what the store keeps of a set-up code, read as people type it. ErrBadSetup if it is mistyped.
func SetupDigest(code string) ([16]byte, error) {
	values, ok := readCode(code, setupChars)
	if !ok {
		return [16]byte{}, ErrBadSetup
	}
	return TokenDigest(string(values)), nil
}

// TokenDigest returns what the store keeps of a device's token.
func TokenDigest(token string) (d [16]byte) {
	sum := sha256.Sum256([]byte(setupDomain + token))
	return [16]byte(sum[:])
}

var pinForm = regexp.MustCompile(`^[0-9]{4,8}$`)

// CheckPIN reports a PIN that is not 4 to 8 digits: ErrBadPIN.
func CheckPIN(pin string) error {
	if !pinForm.MatchString(pin) {
		return ErrBadPIN
	}
	return nil
}
