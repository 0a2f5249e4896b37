package mailing

import (
	"html"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"thuocdo/scoring/phrase"
	"thuocdo/survey/invite"
)

// Words is the subject and the text of a letter in one language, with places for what differs by person.
type Words struct{ Subject, Body string }

// Longest words, in characters.
const (
	subjectMax = 150
	bodyMax    = 8000
)

// Places in the words of a letter.
const (
	placeWave   = "{ten_dot}"
	placeAgency = "{co_quan}"
	placeCode   = "{ma}"
	placeLink   = "{duong_dan}"
	placeLast   = "{han}"
)

// Places lists them, for people who write letters.
var Places = []string{placeWave, placeAgency, placeCode, placeLink, placeLast}

var anyPlace = regexp.MustCompile(`\{[^{}\n]*\}`)

// Check finds what is wrong with the words of a letter of a kind.
func (w Words) Check(k Kind) (m phrase.Mistakes) {
	if n := utf8.RuneCountInString(w.Subject); strings.TrimSpace(w.Subject) == "" || n > subjectMax || strings.ContainsFunc(w.Subject, unicode.IsControl) {
		m.Add("subject", "Tiêu đề phải có từ 1 đến %d ký tự trên một dòng.", "The subject must have 1 to %d characters on one line.", subjectMax)
	}
	if n := utf8.RuneCountInString(w.Body); strings.TrimSpace(w.Body) == "" || n > bodyMax {
		m.Add("body", "Nội dung phải có từ 1 đến %d ký tự.", "The text must have 1 to %d characters.", bodyMax)
	}
	if !strings.Contains(w.Body, placeLink) {
		m.Add("body", "Nội dung phải có chỗ %s cho đường dẫn.", "The text must have the place %s for the link.", placeLink)
	}
	known := map[string]bool{placeWave: true, placeAgency: true, placeLink: true, placeLast: true, placeCode: k.Coded()}
	for _, p := range anyPlace.FindAllString(w.Subject+"\n"+w.Body, -1) {
		if !known[p] {
			m.Add("body", "Thư này không có chỗ %s.", "There is no place %s in this letter.", p)
		}
	}
	if strings.Contains(w.Subject, placeCode) || strings.Contains(w.Subject, placeLink) {
		m.Add("subject", "Không đặt mã hay đường dẫn trong tiêu đề.", "No code and no link in the subject.")
	}
	return m
}

// Default returns the words that letters have where nobody wrote others.
func Default(k Kind, lang string) Words {
	if w, ok := defaults[lang][k]; ok {
		return w
	}
	return defaults["vi"][k]
}

var defaults = map[string]map[Kind]Words{
	"vi": {
		Invite: {"Mời trả lời: {ten_dot}", `Kính gửi ông/bà,

Ông/bà được mời trả lời phiếu “{ten_dot}” về {co_quan}. Phiếu không hỏi tên, số điện thoại hay địa chỉ.

{duong_dan}

Mã thư mời: {ma}

Mã dùng được một lần, đến hết ngày {han}. Ý kiến của ông/bà giúp cơ quan phục vụ tốt hơn. Xin cảm ơn ông/bà.`},
		Remind: {"Nhắc lại: {ten_dot}", `Kính gửi ông/bà,

Chúng tôi đã gửi thư mời ông/bà trả lời phiếu “{ten_dot}” về {co_quan}. Nếu ông/bà đã trả lời thì không cần làm gì thêm: chúng tôi không biết ai đã trả lời, nên mọi người đều nhận được thư nhắc này.

{duong_dan}

Mã thư mời: {ma}

Mã dùng được một lần, đến hết ngày {han}. Xin cảm ơn ông/bà.`},
		Point: {"Nhắc lại: {ten_dot}", `Kính gửi ông/bà,

Chúng tôi đã gửi thư mời ông/bà trả lời phiếu “{ten_dot}” về {co_quan}. Nếu ông/bà đã trả lời thì không cần làm gì thêm: chúng tôi không biết ai đã trả lời, nên mọi người đều nhận được thư nhắc này.

Mã thư mời ở trong thư trước. Ông/bà nhập mã đó tại đây, đến hết ngày {han}:

{duong_dan}

Xin cảm ơn ông/bà.`},
	},
	"en": {
		Invite: {"Please answer: {ten_dot}", `Dear Sir or Madam,

You are invited to answer “{ten_dot}” about {co_quan}. It does not ask for your name, telephone number or address.

{duong_dan}

Invitation code: {ma}

The code can be used once, until the end of {han}. Your answers help the agency to serve people better. Thank you.`},
		Remind: {"A reminder: {ten_dot}", `Dear Sir or Madam,

We invited you to answer “{ten_dot}” about {co_quan}. If you have answered, there is nothing more to do: we do not know who has answered, so everybody gets this reminder.

{duong_dan}

Invitation code: {ma}

The code can be used once, until the end of {han}. Thank you.`},
		Point: {"A reminder: {ten_dot}", `Dear Sir or Madam,

We invited you to answer “{ten_dot}” about {co_quan}. If you have answered, there is nothing more to do: we do not know who has answered, so everybody gets this reminder.

Your invitation code is in our earlier letter. Enter it here, until the end of {han}:

{duong_dan}

Thank you.`},
	},
}

// foot ends every letter, whatever its words: {ngung} is the address that stops letters.
var foot = map[string]string{
	"vi": "Câu trả lời được lưu tách khỏi địa chỉ thư này, không ai ghép lại được. Địa chỉ của ông/bà được xóa khi đợt khảo sát kết thúc. Không muốn nhận thư của đợt khảo sát này nữa: {ngung}",
	"en": "Answers are stored apart from this address, and nobody can put the two together again. Your address is deleted when the survey ends. If you do not want letters of this survey any more: {ngung}",
}

// openForm are the words on the button of a letter.
var openForm = map[string]string{"vi": "Mở phiếu", "en": "Open the form"}

// Message is a letter as a mail program gets it.
type Message struct {
	Subject, Text, HTML string // no HTML: plain text alone
	Stop                string // address that stops letters; "" = none
}

// Write fills in the words of a letter. base is where the public reaches the service, "https://khaosat.example.vn".
func Write(l Letter, base string) Message {
	if l.Notice != nil {
		return writeNotice(l, base)
	}
	lang := l.Lang
	if foot[lang] == "" {
		lang = "vi"
	}
	base = strings.TrimSuffix(base, "/")
	link := base + "/moi"
	if l.Code != "" {
		link = invite.Address(base, l.Code)
	}
	if lang != "vi" {
		link += "?lang=" + lang
	}
	stop := StopAddress(base, l.Stop, lang)
	value := map[string]string{placeWave: l.Wave.In(lang), placeAgency: l.Agency.In(lang), placeCode: l.Code, placeLink: link, placeLast: lastDay(l), "{ngung}": stop}
	subject := strings.Join(strings.Fields(fill(l.Words.Subject, value)), " ")
	body := strings.TrimSpace(strings.ReplaceAll(l.Words.Body, "\r\n", "\n"))
	return Message{Subject: subject, Text: fill(body, value) + "\n\n-- \n" + fill(foot[lang], value) + "\n", HTML: page(body, lang, subject, value), Stop: stop}
}

// StopAddress is where the reader of a letter stops letters.
func StopAddress(base, token, lang string) string {
	s := strings.TrimSuffix(base, "/") + "/ngung-thu/" + token
	if lang != "vi" {
		s += "?lang=" + lang
	}
	return s
}

func lastDay(l Letter) string { return invite.LastDay(l.Closes).Time().Format("02/01/2006") }

// fill puts values into places, all at once: a value that looks like a place is not filled in again.
func fill(s string, value map[string]string) string {
	return anyPlace.ReplaceAllStringFunc(s, func(p string) string {
		if v, ok := value[p]; ok {
			return v
		}
		return p
	})
}

// page is the letter for mail programs that show HTML: the same words, the link as a button. Everything is escaped.
func page(body, lang, subject string, value map[string]string) string {
	safe := map[string]string{}
	for k, v := range value {
		safe[k] = html.EscapeString(v)
	}
	safe[placeLink] = `<a href="` + safe[placeLink] + `" style="display:inline-block;padding:14px 22px;border-radius:8px;background:#0b5460;color:#ffffff;font-weight:bold;text-decoration:none">` + openForm[lang] + `</a>`
	safe[placeCode] = `<b style="font-family:monospace;font-size:18px;white-space:nowrap">` + safe[placeCode] + `</b>`
	safe["{ngung}"] = `<a href="` + safe["{ngung}"] + `" style="color:#0b5460">` + safe["{ngung}"] + `</a>`
	var b strings.Builder
	b.WriteString(`<!doctype html><html lang="` + lang + `"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>` + html.EscapeString(subject) +
		`</title></head><body style="margin:0;padding:24px;background:#ffffff;color:#1b2326;font:17px/1.5 sans-serif"><div style="max-width:36em;margin:0 auto">`)
	for p := range strings.SplitSeq(body, "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			b.WriteString(`<p style="margin:0 0 18px">` + strings.ReplaceAll(fill(html.EscapeString(p), safe), "\n", "<br>") + `</p>`)
		}
	}
	b.WriteString(`<hr style="border:0;border-top:1px solid #c9c2b4"><p style="font-size:14px;color:#4a5357;overflow-wrap:anywhere">` + fill(html.EscapeString(foot[lang]), safe) + `</p></div></body></html>`)
	return b.String()
}
