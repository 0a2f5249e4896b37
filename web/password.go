package web

import (
	"fmt"

	"github.com/alexedwards/argon2id"
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
