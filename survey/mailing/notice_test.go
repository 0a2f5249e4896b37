package mailing

import (
	"strings"
	"testing"
	"time"

	"thuocdo/scoring/phrase"
)

var noticeKinds = []NoticeKind{Account, Reset, Password, Moved, Due}

func notice(kind NoticeKind, lang string) Letter {
	until := time.Date(2026, 3, 1, 17, 30, 0, 0, time.UTC) // half past midnight of the next day in Viet Nam
	return Letter{To: "an@example.vn", Lang: lang, Code: "ABCD-EFGH-JKMN-PQRS", Notice: &Notice{Kind: kind, Login: "an", Name: "Nguyễn An", Until: until, Lines: []Line{
		{Kind: Soon, Season: phrase.Text{"vi": "Kỳ {han}", "en": "Season"}, Stage: "submitted", Due: until, N: 12, Agencies: []phrase.Text{{"vi": "Hà Nội"}, {"vi": "Huế"}, {"vi": "Cần Thơ"}, {"vi": "Cà Mau"}, {"vi": "Sơn La"}}},
		{Kind: Over, Season: phrase.Text{"vi": "Kỳ"}, Stage: "draft", Due: until},
		{Kind: Asked, Season: phrase.Text{"vi": "Kỳ"}, Stage: "submitted", N: 3},
		{Kind: Reopened, Season: phrase.Text{"vi": "Kỳ"}, Stage: "appraised", Due: until},
	}}}
}

func TestNoticesAreWholeInBothLanguages(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"vi", "en", "fr"} {
		for _, k := range noticeKinds {
			got := Write(notice(k, lang), "https://x.vn/")
			if got.Subject == "" || got.HTML != "" || got.Stop != "" || !strings.Contains(got.Text, "Nguyễn An") {
				t.Errorf("%s %s: %+v", lang, k, got)
			}
			if rest := anyPlace.FindString(strings.ReplaceAll(got.Subject+got.Text, "Kỳ {han}", "")); rest != "" {
				t.Errorf("%s %s: %q is not filled in", lang, k, rest)
			}
			if k.Coded() != strings.Contains(got.Text, "https://x.vn/kich-hoat/ABCDEFGHJKMNPQRS") {
				t.Errorf("%s %s: link\n%s", lang, k, got.Text)
			}
			if k.Coded() && !strings.Contains(got.Text, "02/03/2026") {
				t.Errorf("%s %s: until when\n%s", lang, k, got.Text)
			}
		}
	}
	text := Write(notice(Due, "vi"), "https://x.vn").Text
	for _, want := range []string{"thẩm định, còn 12 mục (Hà Nội, Huế, Cần Thơ và 2 cơ quan khác)", "Hạn: 00:30 ngày 02/03/2026", "3 câu hỏi của người thẩm định", "https://x.vn/quan-tri/toi"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}

func TestNothingTypedMakesAHeaderOrALineOfItsOwn(t *testing.T) {
	t.Parallel()
	for _, k := range noticeKinds {
		l := notice(k, "vi")
		l.Notice.Name, l.Notice.Login = "An\r\nBcc: x@y.vn\r\n\r\n<b>", "an\nSubject: x"
		l.Notice.Lines = []Line{{Kind: Asked, Season: phrase.Text{"vi": "Kỳ\r\nTo: x"}, Agencies: []phrase.Text{{"vi": "A\nB"}}}}
		got := Write(l, "https://x.vn")
		if strings.ContainsAny(got.Subject, "\r\n") || strings.Contains(got.Text, "\r") || strings.Contains(got.Text, "\nBcc") || strings.Contains(got.Text, "\nSubject") || strings.Contains(got.Text, "\nTo: x") {
			t.Errorf("%s: %q", k, got)
		}
	}
}
