package main

import (
	"crypto/rand"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"thuocdo/web"
)

// newPassword returns four groups of five letters and digits: 100 bits, nothing that is mistaken for something else.
func newPassword() string {
	t := strings.ToLower(rand.Text()) // base32: no 0, 1, 8 or 9
	return t[:5] + "-" + t[5:10] + "-" + t[10:15] + "-" + t[15:20]
}

// readPassword reads the first line of a file, "-" is stdin. Passwords never come as arguments: others could see them.
func readPassword(c *console, file string) (string, error) {
	r, err := c.open(file)
	if err != nil {
		return "", fmt.Errorf("password file: %w", err)
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, 4<<10))
	if err != nil {
		return "", fmt.Errorf("password file: %w", err)
	}
	line, _, _ := strings.Cut(string(b), "\n")
	line = strings.TrimSuffix(line, "\r")
	switch n := utf8.RuneCountInString(line); {
	case !utf8.ValidString(line):
		return "", usage("the password is not UTF-8 text")
	case n < web.MinPassword:
		return "", usage("the password has %d characters, at least %d are needed", n, web.MinPassword)
	case n > web.MaxPassword:
		return "", usage("the password has %d characters, at most %d are taken", n, web.MaxPassword)
	}
	return line, nil
}
