package document

import (
	"fmt"
	"strings"
	"time"

	"thuocdo/scoring/phrase"
)

// Words that every document has. Decree 30/2020/NĐ-CP, Appendix I, part II; the English ones are those of official
// translations.
var (
	state      = phrase.VI("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "SOCIALIST REPUBLIC OF VIET NAM")
	motto      = phrase.VI("Độc lập - Tự do - Hạnh phúc", "Independence - Freedom - Happiness")
	numberWord = phrase.VI("Số: ", "No.: ")
	recipients = phrase.VI("Nơi nhận:", "Recipients:")
)

// Dots stand where something is filled in by hand.
const Dots = "……………"

const fewDots = "……"

// State is the name of the state (quốc hiệu).
func (d *Document) State() string { return state.In(d.Lang) }

// Motto is the motto of the state (tiêu ngữ).
func (d *Document) Motto() string { return motto.In(d.Lang) }

// RecipientsTitle heads the list of recipients.
func (d *Document) RecipientsTitle() string { return recipients.In(d.Lang) }

// Issuer is the agency, or dots.
func (d *Document) Issuer() string { return or(d.Head.Agency, Dots+Dots) }

// Number is the line with number and symbol.
func (d *Document) Number() string {
	return numberWord.In(d.Lang) + or(d.Head.Number, fewDots) + "/" + or(d.Head.Symbol, fewDots)
}

// Dateline is the line with place and day. Days below 10 and the months 1 and 2 have a leading zero, as the decree wants.
func (d *Document) Dateline() string {
	place := or(d.Head.Place, Dots)
	day, month, year := fewDots, fewDots, fewDots
	if t := d.Head.Day; !t.IsZero() {
		if day, month, year = fmt.Sprintf("%02d", t.Day()), fmt.Sprint(int(t.Month())), fmt.Sprint(t.Year()); t.Month() < time.March {
			month = "0" + month
		}
		if d.Lang == "en" {
			return fmt.Sprintf("%s, %d %s %d", place, t.Day(), t.Month(), t.Year())
		}
	}
	if d.Lang == "en" {
		return fmt.Sprintf("%s, %s/%s/%s", place, day, month, year)
	}
	return fmt.Sprintf("%s, ngày %s tháng %s năm %s", place, day, month, year)
}

// Title names the document in the properties of its file.
func (d *Document) Title() string { return strings.TrimSpace(d.Head.Kind + " " + d.Head.Subject) }

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
