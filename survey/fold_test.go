package survey_test

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"thuocdo/survey"
)

func TestFoldingForgetsDiacriticsAndCase(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Đường Láng": "duong lang", "ĐỘ ẨM": "do am", "thủ tục rườm rà": "thu tuc ruom ra", "KHÔNG!": "khong!", "ǅ 漢字 Ω": "ǆ 漢字 ω", "": "",
		"<b>Ỷ lại</b>": "<b>y lai</b>", "nghĩa\u0300": "nghia",
		"Thừa Thiên – Huế": "thua thien – hue", "Ỵ ỳ Ỹ ỷ": "y y y y", "Da\u0300 Na\u0306\u0303ng": "da nang", "\xff東京": "\ufffd東京",
	} {
		if got := survey.Fold(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
		if got := survey.Fold(norm.NFD.String(in)); got != survey.Fold(norm.NFC.String(in)) {
			t.Errorf("%q: composed and decomposed letters fold differently: %q", in, got)
		}
	}
}

func TestFoldingTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	letters := rapid.StringOf(rapid.RuneFrom([]rune("aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ ,.!")))
	rapid.Check(t, func(t *rapid.T) {
		s := letters.Draw(t, "text")
		once := survey.Fold(s)
		if survey.Fold(once) != once || survey.Fold(strings.ToUpper(s)) != once {
			t.Errorf("%q folds to %q, then to %q; in capitals to %q", s, once, survey.Fold(once), survey.Fold(strings.ToUpper(s)))
		}
		for _, c := range []byte(once) {
			if c >= 0x80 {
				t.Errorf("%q folds to %q", s, once)
			}
		}
	})
}

func FuzzFold(f *testing.F) {
	f.Add("Đường \xff Láng")
	f.Fuzz(func(t *testing.T, s string) { survey.Fold(s) })
}

// BenchmarkFold folds 100,000 texts of about a hundred letters.
func BenchmarkFold(b *testing.B) {
	text := strings.Repeat("Cán bộ một cửa hướng dẫn tận tình nhưng thời gian chờ còn lâu. ", 2)
	var buf []byte
	for b.Loop() {
		for range 100_000 {
			buf = survey.AppendFold(buf[:0], text)
		}
	}
}
