package post

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"thuocdo/scoring/phrase"
	"thuocdo/survey/mailing"
)

var now = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func letterTo(to string) mailing.Letter {
	return mailing.Letter{ID: "0123abcd", To: to, Kind: mailing.Invite, Lang: "vi", Code: "ABCD-EFGH-JKM", Stop: "t0ken", Words: mailing.Default(mailing.Invite, "vi"),
		Wave: phrase.Text{"vi": "Khảo sát <b>hài lòng</b> 2026"}, Agency: phrase.Text{"vi": "UBND phường Bạch Đằng"}, Closes: now.AddDate(0, 1, 0), Tries: 1}
}

func (s *mailServer) client(security Security) *Server {
	return &Server{Host: "127.0.0.1", Port: s.addr.Port, Security: security, From: mail.Address{Name: "Sở Nội vụ", Address: "khaosat@example.vn"}, Base: "https://khaosat.example.vn"}
}

func mustSend(t *testing.T, s *Server, l mailing.Letter) (mailing.Outcome, bool, error) {
	t.Helper()
	line, err := s.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = line.Close() }()
	return line.Send(l, now)
}

func TestALetterIsUTF8InTwoFormsWithAWayToStop(t *testing.T) {
	t.Parallel()
	s := mustMailServer(t, &mailServer{})
	if o, _, err := mustSend(t, s.client(Plain), letterTo("an@example.vn")); !o.Sent || err != nil {
		t.Fatalf("%+v, %v", o, err)
	}
	got := s.letters()[0]
	if got.to != "an@example.vn" || !strings.Contains(got.from, "<khaosat@example.vn>") {
		t.Errorf("envelope: %+v", got)
	}
	m, err := mail.ReadMessage(strings.NewReader(got.data))
	if err != nil {
		t.Fatal(err)
	}
	var word mime.WordDecoder
	subject, err := word.DecodeHeader(m.Header.Get("Subject"))
	if err != nil || subject != "Mời trả lời: Khảo sát <b>hài lòng</b> 2026" {
		t.Errorf("subject %q, %v", subject, err)
	}
	for key, want := range map[string]string{
		"List-Unsubscribe": "<https://khaosat.example.vn/ngung-thu/t0ken>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
		"Message-Id": "<0123abcd@example.vn>", "Auto-Submitted": "auto-generated", "User-Agent": "", "X-Mailer": "",
	} {
		if got := m.Header.Get(key); got != want {
			t.Errorf("%s: %q, want %q", key, got, want)
		}
	}
	kind, params, _ := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if kind != "multipart/alternative" {
		t.Fatalf("content type %q", kind)
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for _, want := range []string{"text/plain", "text/html"} {
		p, err := parts.NextRawPart()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil || p.Header.Get("Content-Type") != want+"; charset=UTF-8" {
			t.Errorf("%q: %v", p.Header.Get("Content-Type"), err)
		}
		for _, words := range []string{"UBND phường Bạch Đằng", "ABCD-EFGH-JKM", "https://khaosat.example.vn/moi/ABCDEFGHJKM", "https://khaosat.example.vn/ngung-thu/t0ken"} {
			if !strings.Contains(string(body), words) {
				t.Errorf("%s has no %q", want, words)
			}
		}
		if want == "text/html" && strings.Contains(string(body), "<b>hài") {
			t.Error("a title is not escaped")
		}
	}
}

func TestANoticeToAnAccountIsPlainTextAndNothingTypedIsAHeader(t *testing.T) {
	t.Parallel()
	s := mustMailServer(t, &mailServer{})
	l := mailing.Letter{ID: "0123abcd", To: "lan@example.vn", Lang: "vi", Code: "ABCD-EFGH-JKMN-PQRS", Tries: 1,
		Notice: &mailing.Notice{Kind: mailing.Reset, Login: "lan", Name: "Lan\r\nBcc: thief@example.com\r\n\r\n<script>", Until: now}}
	if o, _, err := mustSend(t, s.client(Plain), l); !o.Sent || err != nil {
		t.Fatalf("%+v, %v", o, err)
	}
	got := s.letters()
	if len(got) != 1 || got[0].to != "lan@example.vn" {
		t.Fatalf("%d letters", len(got))
	}
	m, err := mail.ReadMessage(strings.NewReader(got[0].data))
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{"Bcc": "", "List-Unsubscribe": "", "Content-Type": "text/plain; charset=UTF-8", "Message-Id": "<0123abcd@example.vn>"} {
		if got := m.Header.Get(key); got != want {
			t.Errorf("%s: %q, want %q", key, got, want)
		}
	}
	body, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	if err != nil || !strings.Contains(string(body), "https://khaosat.example.vn/kich-hoat/ABCDEFGHJKMNPQRS") {
		t.Errorf("%s, %v", body, err)
	}
	l.To = "lan@example.vn\r\nRCPT TO:<thief@example.com>"
	if o, trouble, _ := mustSend(t, s.client(Plain), l); !o.Failed || trouble || len(s.letters()) != 1 {
		t.Errorf("an address of two lines: %+v", o)
	}
}

func TestConversationsAreProtectedAndSignedIn(t *testing.T) {
	t.Parallel()
	server, client := mustCertificate(t)
	for name, c := range map[string]struct {
		at       *mailServer
		security Security
		trusted  bool
		password string
		sent     bool
	}{
		"starttls":                {&mailServer{tls: server, user: "u"}, StartTLS, true, "mật khẩu", true},
		"tls":                     {&mailServer{tls: server, first: true, user: "u"}, TLS, true, "mật khẩu", true},
		"none":                    {&mailServer{user: "u"}, Plain, true, "mật khẩu", true},
		"wrong password":          {&mailServer{tls: server, user: "u"}, StartTLS, true, "x", false},
		"no starttls":             {&mailServer{user: "u"}, StartTLS, true, "mật khẩu", false},
		"unknown certificate":     {&mailServer{tls: server, user: "u"}, StartTLS, false, "mật khẩu", false},
		"unknown certificate tls": {&mailServer{tls: server, first: true, user: "u"}, TLS, false, "mật khẩu", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := mustMailServer(t, c.at).client(c.security)
			s.User, s.Password = "u", c.password
			if c.trusted {
				s.Roots = client
			}
			line, err := s.Dial(t.Context())
			if (err == nil) != c.sent {
				t.Fatalf("dial: %v", err)
			}
			if err != nil {
				if strings.Contains(err.Error(), "mật khẩu") {
					t.Errorf("the password is in %q", err)
				}
				return
			}
			defer func() { _ = line.Close() }()
			if o, _, err := line.Send(letterTo("an@example.vn"), now); !o.Sent || err != nil {
				t.Fatalf("%+v, %v", o, err)
			}
			if got := c.at.letters(); len(got) != 1 || got[0].user != "u" {
				t.Errorf("%d letters", len(got))
			}
		})
	}
}

func TestAnswersOfAServerMeanWhatTheySay(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]struct {
		o       mailing.Outcome
		trouble bool
	}{
		"RCPT 550 5.1.1 no such user":       {mailing.Outcome{Bounced: true}, false},
		"RCPT 550 no such user":             {mailing.Outcome{Bounced: true}, false},
		"RCPT 552 5.2.1 mailbox disabled":   {mailing.Outcome{Bounced: true}, false},
		"RCPT 550 5.7.1 relaying denied":    {mailing.Outcome{Again: now.Add(5 * time.Minute)}, true},
		"RCPT 450 4.2.1 greylisted":         {mailing.Outcome{Again: now.Add(5 * time.Minute)}, false},
		"RCPT 421 4.3.2 shutting down":      {mailing.Outcome{Again: now.Add(5 * time.Minute)}, true},
		"MAIL 550 5.7.1 not from you":       {mailing.Outcome{Again: now.Add(5 * time.Minute)}, true},
		"DATA. 554 5.7.1 spam":              {mailing.Outcome{Failed: true}, false},
		"DATA. 550 5.1.1 unknown after all": {mailing.Outcome{Bounced: true}, false},
		"DATA. 451 4.3.0 try later":         {mailing.Outcome{Again: now.Add(5 * time.Minute)}, false},
		"DATA. drop":                        {mailing.Outcome{Again: now.Add(5 * time.Minute)}, true},
		"RCPT drop":                         {mailing.Outcome{Again: now.Add(5 * time.Minute)}, true},
	} {
		t.Run(answer, func(t *testing.T) {
			t.Parallel()
			at, words, _ := strings.Cut(answer, " ")
			s := mustMailServer(t, &mailServer{answer: func(command, _ string) string {
				if command == at {
					return words
				}
				return ""
			}})
			o, trouble, why := mustSend(t, s.client(Plain), letterTo("an@example.vn"))
			if o != want.o || trouble != want.trouble || why == nil {
				t.Errorf("%+v, trouble %v, %v", o, trouble, why)
			}
			if why != nil && strings.Contains(why.Error(), "an@example") {
				t.Errorf("%q names the address", why)
			}
		})
	}
	late := letterTo("an@example.vn")
	late.Tries = mailing.Tries
	s := mustMailServer(t, &mailServer{answer: func(command, _ string) string {
		if command == "RCPT" {
			return "450 later"
		}
		return ""
	}})
	if o, _, _ := mustSend(t, s.client(Plain), late); !o.Failed {
		t.Errorf("tried for ever: %+v", o)
	}
}

// queue is letters in memory.
type queue struct {
	mu   sync.Mutex
	wait []mailing.Letter
	done map[string]mailing.Outcome
}

func (q *queue) MailDue(context.Context) (bool, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.wait) > 0, nil
}

func (q *queue) NextMail(context.Context) (mailing.Letter, bool, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.wait) == 0 {
		return mailing.Letter{}, false, nil
	}
	l := q.wait[0]
	q.wait = q.wait[1:]
	return l, true, nil
}

func (q *queue) MailDone(_ context.Context, id string, o mailing.Outcome) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.done[id] = o
	return nil
}

func letters(n int) *queue {
	q := &queue{done: map[string]mailing.Outcome{}}
	for i := range n {
		l := letterTo(fmt.Sprintf("p%d@example.vn", i))
		l.ID = fmt.Sprint(i)
		q.wait = append(q.wait, l)
	}
	return q
}

func TestThePostmanSendsAllInOneConversationAndLogsNobody(t *testing.T) {
	t.Parallel()
	s := mustMailServer(t, &mailServer{answer: func(command, to string) string {
		if command == "RCPT" && strings.Contains(to, "p3@") {
			return "550 5.1.1 <p3@example.vn> unknown"
		}
		return ""
	}})
	var log bytes.Buffer
	q := letters(8)
	p := &Postman{Queue: q, Server: s.client(Plain), Rate: 1_000_000, Now: func() time.Time { return now }, Log: slog.New(slog.NewTextHandler(&log, nil))}
	if err := p.Empty(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := s.letters(); len(got) != 7 || len(q.done) != 8 || !q.done["3"].Bounced || s.lines != 1 {
		t.Errorf("%d letters, %d done, %d conversations", len(got), len(q.done), s.lines)
	}
	if text := log.String(); strings.Contains(text, "p3@") || strings.Contains(text, "ABCD") || !strings.Contains(text, "5.1.1") {
		t.Errorf("log: %s", text)
	}
}

func TestThePostmanKeepsItsRateAndGoesOnAfterTrouble(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	calls := 0
	s := mustMailServer(t, &mailServer{answer: func(command, _ string) string {
		mu.Lock()
		defer mu.Unlock()
		if command == "MAIL" {
			if calls++; calls <= 2 {
				return "421 4.3.2 too busy"
			}
		}
		return ""
	}})
	q := letters(6)
	p := &Postman{Queue: q, Server: s.client(Plain), Rate: 6000, Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler), Look: time.Millisecond, Rest: time.Millisecond}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	begun := time.Now()
	go func() { p.Run(ctx); close(ended) }()
	for {
		if due, _ := q.MailDue(ctx); !due && len(s.letters()) == 4 {
			break
		}
		time.Sleep(time.Millisecond)
	}
	if took := time.Since(begun); took < 30*time.Millisecond { // four pauses of 10 ms are the least that 6000 a minute means
		t.Errorf("six letters took %v", took)
	}
	stop()
	<-ended
	q.mu.Lock()
	defer q.mu.Unlock()
	waiting := 0
	for _, o := range q.done {
		if !o.Again.IsZero() {
			waiting++
		}
	}
	if len(q.done) != 6 || waiting != 2 {
		t.Errorf("%d done, %d to be tried again", len(q.done), waiting)
	}
}
