package print

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
	"time"

	"thuocdo/scoring/phrase"
	"thuocdo/survey/invite"
)

var at = time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC)

func sheet(n, per int) invite.Sheet {
	s := invite.Sheet{Title: phrase.VI("Khảo sát sự hài lòng của người dân đối với sự phục vụ của cơ quan hành chính", ""), Base: "https://khaosat.example.vn", Closes: at, PerPage: per}
	for i := range n {
		s.Cards = append(s.Cards, invite.Card{Code: fmt.Sprintf("%04d-ZESX-SY4", i), Agency: phrase.VI("Ủy ban nhân dân phường Nghĩa Đô", "")})
	}
	return s
}

func TestASheetHasAPageForSoManyCards(t *testing.T) {
	t.Parallel()
	for _, per := range invite.PerPage {
		var b bytes.Buffer
		if err := Sheet(&b, sheet(21, per), at); err != nil {
			t.Fatal(err)
		}
		if pages, want := bytes.Count(b.Bytes(), []byte("/Type /Page\n")), (21+per-1)/per; pages != want {
			t.Errorf("%d a page: %d pages, want %d", per, pages, want)
		}
	}
	if err := Sheet(new(bytes.Buffer), sheet(1, 3), at); !errors.Is(err, invite.ErrPerPage) {
		t.Errorf("three a page: %v", err)
	}
}

func TestTheSamePosterIsTheSameFile(t *testing.T) {
	t.Parallel()
	for _, small := range []bool{false, true} {
		p := invite.Poster{Title: phrase.VI("Đợt khảo sát", ""), Agency: phrase.VI("Hà Nội", "Hanoi"), Address: invite.PosterAddress("https://khaosat.example.vn/", "sipas-2026", "01"), Closes: at, Small: small}
		var one, two bytes.Buffer
		if err := errors.Join(Poster(&one, p, at), Poster(&two, p, at)); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(one.Bytes(), two.Bytes()) || one.Len() > 100<<10 {
			t.Errorf("small %v: %d and %d bytes", small, one.Len(), two.Len())
		}
	}
}

// BenchmarkSheet draws 10,000 invitations.
func BenchmarkSheet(b *testing.B) {
	s := sheet(10_000, 8)
	for b.Loop() {
		if err := Sheet(new(bytes.Buffer), s, at); err != nil {
			b.Fatal(err)
		}
	}
}
