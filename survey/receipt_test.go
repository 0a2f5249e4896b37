package survey_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"thuocdo/survey"
)

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

const (
	wantCode   = "3W20-HB2B-0GNK-P20T-5"
	wantDigest = "253bc8b08fbd8b65a6e4059a4a3b974c"
)

func code(i int) string { return survey.ReceiptCode("sipas-2026", fmt.Sprintf("key number %09d", i)) }

func TestReceiptCodesHaveOneForm(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^([0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]$`)
	for i := range 1000 {
		c := code(i)
		if !form.MatchString(c) {
			t.Fatalf("code %q", c)
		}
		if _, err := survey.ReceiptDigest(c); err != nil {
			t.Fatalf("%s: %v", c, err)
		}
	}
}

func TestReceiptCodesNeverChange(t *testing.T) {
	t.Parallel()
	// Computed with Python's hmac and hashlib from the description in receipt.go; a change would orphan every receipt.
	if got := survey.ReceiptCode("sipas-2026", "0123456789abcdef"); got != wantCode {
		t.Errorf("code %s, want %s", got, wantCode)
	}
	digest, err := survey.ReceiptDigest(wantCode)
	if got := fmt.Sprintf("%x", digest); err != nil || got != wantDigest {
		t.Errorf("digest %s %v, want %s", got, err, wantDigest)
	}
}

func TestAReceiptBelongsToOneKeyAndOneWave(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, wave := range []string{"a", "b"} {
		for i := range 10_000 {
			seen[survey.ReceiptCode(wave, fmt.Sprintf("key number %09d", i))] = true
		}
	}
	if len(seen) != 20_000 {
		t.Errorf("%d codes of 20000 keys", len(seen))
	}
	if again := code(1); again != code(1) {
		t.Error("one key has two codes")
	}
}

func TestReceiptsAreReadAsPeopleTypeThem(t *testing.T) {
	t.Parallel()
	want, _ := survey.ReceiptDigest(wantCode)
	plain := strings.ReplaceAll(wantCode, "-", "")
	for _, typed := range []string{
		plain, strings.ToLower(wantCode), " " + plain[:3] + " " + plain[3:] + "\n", strings.ReplaceAll(wantCode, "-", "–"),
		strings.Join(strings.Split(plain, ""), "\u00a0"), "\u200b" + plain,
		strings.ReplaceAll(plain, "0", "O"), strings.ReplaceAll(plain, "0", "o"),
		strings.ReplaceAll(plain, "1", "I"), strings.ReplaceAll(plain, "1", "l"),
	} {
		if got, err := survey.ReceiptDigest(typed); err != nil || got != want {
			t.Errorf("%q: %v", typed, err)
		}
	}
	for _, typed := range []string{"", "-", plain[:16], plain + "0", plain[:16] + "U", plain[:16] + "*", strings.Repeat("0", 1000), "\xff" + plain, plain[1:] + "\xff"} {
		if _, err := survey.ReceiptDigest(typed); !errors.Is(err, survey.ErrBadReceipt) {
			t.Errorf("%q: %v", typed, err)
		}
	}
}

func TestEverySingleWrongCharacterIsFound(t *testing.T) {
	t.Parallel()
	for n := range 50 {
		c := []byte(strings.ReplaceAll(code(n), "-", ""))
		for i, right := range c {
			for j := range alphabet {
				c[i] = alphabet[j]
				if _, err := survey.ReceiptDigest(string(c)); (err == nil) != (c[i] == right) {
					t.Fatalf("%s with %c at %d: %v", code(n), c[i], i, err)
				}
			}
			c[i] = right
		}
	}
}

func TestEveryExchangeOfTwoCharactersIsFound(t *testing.T) {
	t.Parallel()
	for n := range 200 {
		c := []byte(strings.ReplaceAll(code(n), "-", ""))
		for i := range c {
			for j := range i { // neighbours, and any others
				c[i], c[j] = c[j], c[i]
				if _, err := survey.ReceiptDigest(string(c)); (err == nil) != (c[i] == c[j]) {
					t.Fatalf("%s with %d and %d exchanged: %v", code(n), i, j, err)
				}
				c[i], c[j] = c[j], c[i]
			}
		}
	}
}

func TestOneRandomTextIn32PassesTheCheck(t *testing.T) {
	t.Parallel()
	r, passed := rand.New(rand.NewPCG(15, 16)), 0
	const tries = 100_000
	for range tries {
		c := make([]byte, 17)
		for i := range c {
			c[i] = alphabet[r.IntN(32)]
		}
		if _, err := survey.ReceiptDigest(string(c)); err == nil {
			passed++
		}
	}
	// Binomial(100000, 1/32): mean 3125, standard deviation 55; five of them either side.
	if passed < 2850 || passed > 3400 {
		t.Errorf("%d of %d passed", passed, tries)
	}
}

func TestKeysAreFreshAndAccepted(t *testing.T) {
	t.Parallel()
	zero, one := survey.NewKey(bytes.NewReader(make([]byte, 16))), survey.NewKey(bytes.NewReader(append(make([]byte, 15), 1)))
	if zero != strings.Repeat("0", 26) || one == zero || len(one) != 26 {
		t.Errorf("keys %s and %s", zero, one)
	}
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "a")
		b := rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "b")
		if (survey.NewKey(bytes.NewReader(a)) == survey.NewKey(bytes.NewReader(b))) != bytes.Equal(a, b) {
			t.Fatal("two numbers have one key")
		}
	})
	defer func() {
		if recover() == nil {
			t.Error("a key without randomness")
		}
	}()
	survey.NewKey(bytes.NewReader(nil))
}

func FuzzReceiptDigest(f *testing.F) {
	f.Add(wantCode)
	f.Add("o0iIlL-– \xff")
	f.Fuzz(func(t *testing.T, s string) {
		digest, err := survey.ReceiptDigest(s)
		again, err2 := survey.ReceiptDigest(strings.ToLower(" " + s + "-"))
		if err == nil && (err2 != nil || digest != again) {
			t.Errorf("%q is another code in lower case", s)
		}
	})
}
