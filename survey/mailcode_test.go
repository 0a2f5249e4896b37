package survey

import (
	"bytes"
	"crypto/rand"
	"errors"
	"testing"
)

func TestACodeForSendingGivesTheSameInvitationsAlways(t *testing.T) {
	t.Parallel()
	code := NewMailCode(rand.Reader)
	one, err := ReadMailCode(code)
	if err != nil {
		t.Fatal(err)
	}
	two, err := ReadMailCode("  " + code + " ")
	if err != nil || two.Proof != one.Proof {
		t.Fatalf("%v", err)
	}
	other, err := ReadMailCode(NewMailCode(rand.Reader))
	if err != nil || other.Proof == one.Proof {
		t.Fatalf("%v", err)
	}
	seen := map[string]bool{}
	for i := range 2000 {
		salt := []byte{byte(i), byte(i >> 8)}
		c := one.Invitation(salt)
		if spelt, err := ReadInvitation(c); err != nil || spelt != c || c != two.Invitation(salt) || c == other.Invitation(salt) || seen[c] {
			t.Fatalf("salt %d: %q, %v", i, c, err)
		}
		seen[c] = true
	}
	for _, bad := range []string{"", code[:len(code)-1], code + "A", "AAAA-AAAA-AAAA-AAAB"} {
		if _, err := ReadMailCode(bad); !errors.Is(err, ErrBadMailCode) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	resume, err := ReadResumeCode(code)
	if err != nil || bytes.Equal(resume.Lookup[:], one.Proof[:]) {
		t.Error("one code opens two kinds of things")
	}
}

// FuzzInvitation reads codes as people type them: whatever is taken has one spelling, and one wrong character or two that are
// exchanged never make another code of it.
func FuzzInvitation(f *testing.F) {
	for range 4 {
		f.Add(NewInvitation(rand.Reader), uint8(3), uint8(7))
	}
	for _, s := range []string{"", "abcd-efgh-jkm", "ABCDEFGHJKM", "oOiIlL-0011", "ABCD–EFGH\u200b-JKM", "ﾀABCD", "0000-0000-000"} {
		f.Add(s, uint8(0), uint8(1))
	}
	f.Fuzz(func(t *testing.T, typed string, i, by uint8) {
		code, err := ReadInvitation(typed)
		if err != nil {
			if !errors.Is(err, ErrBadInvitation) || code != "" {
				t.Fatalf("%q: %q, %v", typed, code, err)
			}
			return
		}
		if again, err := ReadInvitation(code); err != nil || again != code || len(code) != 13 {
			t.Fatalf("%q is spelt %q, then %q, %v", typed, code, again, err)
		}
		plain := []byte(code[:4] + code[5:9] + code[10:])
		k := int(i) % len(plain)
		wrong := bytes.Clone(plain)
		wrong[k] = crockford[(bytes.IndexByte([]byte(crockford), plain[k])+1+int(by)%31)%32]
		if _, err := ReadInvitation(string(wrong)); err == nil {
			t.Fatalf("%s with a wrong character is a code: %s", code, wrong)
		}
		n := (k + 1) % len(plain)
		if wrong = bytes.Clone(plain); wrong[k] != wrong[n] {
			wrong[k], wrong[n] = wrong[n], wrong[k]
			if _, err := ReadInvitation(string(wrong)); err == nil {
				t.Fatalf("%s with two exchanged is a code: %s", code, wrong)
			}
		}
	})
}
