package web

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"github.com/trustelem/zxcvbn"
)

// MinPassword is the fewest characters of a chosen password (NIST SP 800-63B-4: 15 without a second factor), MaxPassword bounds the
// work of hashing what somebody sends.
const (
	MinPassword = 15
	MaxPassword = 256
)

// argon2id with 19 MiB and two passes: the floor of the OWASP password storage guide (2024), small enough for two at once.
var hashing = &argon2id.Params{Memory: 19 << 10, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// HashPassword returns the argon2id hash of a password in PHC form, for account.Account.Password.
func HashPassword(password string) (string, error) {
	h, err := argon2id.CreateHash(password, hashing)
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return h, nil
}

// Of a password, so many characters are looked at to judge it, and it has to stand 10^8 guesses: zxcvbn's third degree of four.
const (
	judged      = 100
	leastDegree = 3
)

// WeakPassword says what is wrong with a password that somebody chose: "short", "long", "text" where it is no text, "guessable" where
// it is a common one, a pattern, or made of the login or name; "" if nothing is.
func WeakPassword(password string, about ...string) string {
	switch n := utf8.RuneCountInString(password); {
	case !utf8.ValidString(password):
		return "text"
	case n < MinPassword:
		return "short"
	case n > MaxPassword:
		return "long"
	}
	known := []string{"thuocdo", "thước đo", "parindex", "sipas", "cải cách hành chính"}
	for _, x := range about {
		known = append(append(known, strings.ToLower(x)), strings.Fields(strings.ToLower(x))...)
	}
	head, rest := []rune(password), strings.ToLower(password)
	for _, x := range known {
		if utf8.RuneCountInString(x) >= 4 {
			rest = strings.ReplaceAll(rest, x, "")
		}
	}
	if utf8.RuneCountInString(rest) < MinPassword/2 {
		return "guessable"
	}
	if zxcvbn.PasswordStrength(string(head[:min(len(head), judged)]), known).Score < leastDegree {
		return "guessable"
	}
	return ""
}
