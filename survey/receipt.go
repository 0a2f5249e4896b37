package survey

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"unicode"
)

// ErrBadReceipt reports a text that is no receipt code, a mistyped one for instance.
var ErrBadReceipt = errors.New("not a receipt code")

const (
	// crockford is Crockford's base32: digits and capitals without I, L, O and U. Safe in addresses and read aloud.
	crockford    = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	receiptChars = 16 // 80 bits, without the check character
	groupChars   = 4
	minKey       = 16
	maxKey       = 128
)

// Domains keep the digests of one key apart. Changing one changes every receipt.
const (
	receiptDomain = "thuocdo receipt 1"
	contentDomain = "thuocdo content 1"
	digestDomain  = "thuocdo receipt digest 1"
)

// ReceiptCode returns the receipt code of a once-only key in a wave, "ABCD-EFGH-JKMN-PQRS-T". The same key always has
// the same code; without the key nobody can tell which code it has, nor the key from the code.
func ReceiptCode(wave, key string) string { return spell(receiptValues(wave, key)) }

// receiptValues returns the characters of a code as base32 values.
func receiptValues(wave, key string) []byte {
	sum := keyed(key, receiptDomain, wave)
	values := make([]byte, 0, receiptChars+1)
	hi, lo := binary.BigEndian.Uint64(sum[:8]), uint64(binary.BigEndian.Uint16(sum[8:10]))
	for range receiptChars {
		values = append(values, byte(hi>>59))
		hi, lo = hi<<5|lo>>11, lo<<5&0xFFFF
	}
	return append(values, check(values))
}

// spell writes base32 values as letters in groups.
func spell(values []byte) string {
	var b strings.Builder
	b.Grow(len(values) + len(values)/groupChars)
	for i, v := range values {
		if i > 0 && i%groupChars == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(crockford[v])
	}
	return b.String()
}

// check returns the check character's value: the one that makes the syndrome zero.
//
// Crockford's own check character is a remainder modulo 37 and needs the signs * ~ $ = and U, which break addresses
// and cannot be read aloud. This one stays in the alphabet: a linear code over GF(32), generator polynomial
// x^5 + x^2 + 1. Character i from the right weighs α^i; the 17 weights are distinct and not zero, so every single
// wrong character and every exchange of any two characters, neighbours or not, is found, and 31 of 32 (96.9 %) of
// all other mistakes.
func check(values []byte) byte { return times2(syndrome(values)) }

// syndrome returns Σ α^i · value_i, i counted from the right. It is 0 for a code with its check character.
func syndrome(values []byte) (s byte) {
	for _, v := range values {
		s = times2(s) ^ v
	}
	return s
}

// times2 multiplies by α in GF(32).
func times2(v byte) byte {
	v <<= 1
	if v&0x20 != 0 {
		v ^= 0x25
	}
	return v
}

// ReceiptDigest returns what the store keeps of a receipt code. It reads the code as people type it: any case, blanks,
// dashes and invisible marks anywhere, O for 0, I or L for 1. ErrBadReceipt if it is too short or long, has other characters, or the
// check character does not fit.
func ReceiptDigest(code string) (digest [16]byte, err error) {
	values, ok := readCode(code, receiptChars)
	if !ok {
		return digest, ErrBadReceipt
	}
	return digestOf(values), nil
}

// digestOf returns the digest of a code given as base32 values.
func digestOf(values []byte) (digest [16]byte) {
	sum := sha256.Sum256(append([]byte(digestDomain), values...))
	copy(digest[:], sum[:])
	return digest
}

// readCode returns the base32 values of a code of so many characters and its check character, which comes last.
func readCode(code string, chars int) (values []byte, ok bool) {
	values = make([]byte, 0, chars+1)
	for _, r := range code {
		if unicode.IsSpace(r) || unicode.In(r, unicode.Pd, unicode.Cf) {
			continue
		}
		v := strings.IndexRune(crockford, likely(r))
		if v < 0 || len(values) > chars {
			return nil, false
		}
		values = append(values, byte(v))
	}
	return values, len(values) == chars+1 && syndrome(values) == 0
}

// likely returns the character that was meant.
func likely(r rune) rune {
	switch r = unicode.ToUpper(r); r {
	case 'O':
		return '0'
	case 'I', 'L':
		return '1'
	}
	return r
}

// keyed returns HMAC-SHA-256 under key of the parts, each behind its length, so that no two lists of parts are alike.
func keyed(key string, parts ...string) []byte {
	message := make([]byte, 0, 256)
	for _, p := range parts {
		message = binary.BigEndian.AppendUint64(message, uint64(len(p)))
		message = append(message, p...)
	}
	h := hmac.New(sha256.New, []byte(key))
	h.Write(message)
	return h.Sum(message[:0])
}

// NewKey returns a fresh once-only key: 128 bits from random, in 26 characters. It panics if random fails, which
// crypto/rand.Reader never does.
func NewKey(random io.Reader) string {
	var b [16]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		panic("survey: no randomness for a key: " + err.Error())
	}
	key := make([]byte, 26)
	hi, lo := binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])
	for i := range key {
		key[i] = crockford[hi>>59]
		hi, lo = hi<<5|lo>>59, lo<<5
	}
	return string(key)
}

// validKey reports whether key has 16 to 128 printable ASCII characters, no blanks.
func validKey(key string) bool {
	if len(key) < minKey || len(key) > maxKey {
		return false
	}
	for i := range len(key) {
		if key[i] <= ' ' || key[i] > '~' {
			return false
		}
	}
	return true
}
