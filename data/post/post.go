// Package post hands letters to a mail server by SMTP. It knows nothing of surveys and accounts but the words of a letter, and logs
// neither addresses nor codes.
package post

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"thuocdo/survey/mailing"
)

// Security is how the conversation with the mail server is protected.
type Security string

// Kinds of protection.
const (
	StartTLS Security = "starttls" // the connection must become TLS before anything is said
	TLS      Security = "tls"      // TLS from the first byte on
	Plain    Security = "none"     // for a server on this machine
)

// timeout is how long any step of a conversation may take.
const timeout = 30 * time.Second

// Server is the mail server letters are handed to.
type Server struct {
	Host     string
	Port     int
	Security Security
	User     string // "" = no sign-in
	Password string
	From     mail.Address
	Base     string      // where the public reaches the service
	Roots    *tls.Config // nil: the authorities of the system
}

// Line is an open conversation with a mail server.
type Line struct {
	server *Server
	client *gomail.Client
}

// Dial begins a conversation and signs in.
func (s *Server) Dial(ctx context.Context) (*Line, error) {
	opts := []gomail.Option{gomail.WithPort(s.Port), gomail.WithTimeout(timeout), gomail.WithoutNoop()}
	switch s.Security {
	case TLS:
		opts = append(opts, gomail.WithSSL())
	case Plain:
		opts = append(opts, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		opts = append(opts, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if s.Roots != nil {
		opts = append(opts, gomail.WithTLSConfig(s.Roots))
	}
	if s.User != "" {
		auth := gomail.SMTPAuthAutoDiscover
		if s.Security == Plain {
			auth = gomail.SMTPAuthPlainNoEnc
		}
		opts = append(opts, gomail.WithSMTPAuth(auth), gomail.WithUsername(s.User), gomail.WithPassword(s.Password))
	}
	client, err := gomail.NewClient(s.Host, opts...)
	if err != nil {
		return nil, fmt.Errorf("mail server: %w", err)
	}
	if err := client.DialWithContext(ctx); err != nil {
		return nil, fmt.Errorf("mail server: %w", err)
	}
	return &Line{s, client}, nil
}

// Close ends the conversation.
func (l *Line) Close() error { return l.client.Close() }

// message builds a letter: UTF-8, plain text with the same in HTML beside it, and the headers by which mail programs
// offer to stop letters with one press (RFC 8058) and robots know not to answer. Notices to accounts are plain text alone.
func (s *Server) message(letter mailing.Letter, now time.Time) (*gomail.Msg, error) {
	w := mailing.Write(letter, s.Base)
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	m.FromMailAddress(&s.From)
	if err := errors.Join(m.EnvelopeFrom(s.From.Address), m.To(letter.To)); err != nil {
		return nil, err
	}
	m.Subject(w.Subject)
	m.SetDateWithValue(now)
	_, host, _ := strings.Cut(s.From.Address, "@")
	m.SetMessageIDWithValue(letter.ID + "@" + host)
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetGenHeader("Content-Language", letter.Lang)
	m.SetBodyString(gomail.TypeTextPlain, w.Text)
	if letter.Notice != nil {
		return m, nil
	}
	if err := m.SetListUnsubscribeOneClick(w.Stop); err != nil { // not https: mail programs would not press it
		m.SetListUnsubscribe(w.Stop)
	}
	m.AddAlternativeString(gomail.TypeTextHTML, w.HTML)
	return m, nil
}

// Send hands one letter over. trouble says that the server, not the letter, is the reason why not: others would fare no better.
// What becomes of a letter:
//
//	taken                                      sent
//	no such mailbox (5xx about the recipient)  bounced: nothing more is sent there
//	other 5xx about this letter                given up, the address stays
//	4xx, a lost connection, 5xx about us       tried again, with growing pauses, mailing.Tries times in all
func (l *Line) Send(letter mailing.Letter, now time.Time) (o mailing.Outcome, trouble bool, why error) {
	m, err := l.server.message(letter, now)
	if err != nil {
		return mailing.Outcome{Failed: true}, false, errors.New("letter cannot be written")
	}
	err = l.client.Send(m)
	if err == nil || m.IsDelivered() {
		return mailing.Outcome{Sent: true}, false, nil
	}
	var e *gomail.SendError
	if !errors.As(err, &e) {
		return again(letter, now), true, errors.New("connection lost")
	}
	why = fmt.Errorf("%s: %d %s", e.Reason, e.ErrorCode(), e.EnhancedStatusCode()) // its own text may name the address
	switch verdictOf(e.Reason, e.ErrorCode(), e.EnhancedStatusCode()) {
	case bounced:
		return mailing.Outcome{Bounced: true}, false, why
	case refused:
		return mailing.Outcome{Failed: true}, false, why
	case delayed:
		return again(letter, now), false, why
	}
	return again(letter, now), true, why
}

type verdict int

const (
	troubled verdict = iota // the server does not take letters from us now
	delayed
	refused
	bounced
)

// verdictOf reads an answer of a mail server (RFC 5321, RFC 3463).
func verdictOf(at gomail.SendErrReason, code int, status string) verdict {
	address := strings.HasPrefix(status, "5.1.") || strings.HasPrefix(status, "5.2.")
	switch {
	case code == 0 || code == 421 || at == gomail.ErrSMTPMailFrom || at == gomail.ErrConnCheck:
		return troubled
	case code < 500:
		return delayed
	case at == gomail.ErrSMTPRcptTo && (address || status == "" && (code == 550 || code == 551 || code == 553)):
		return bounced
	case at == gomail.ErrSMTPRcptTo:
		return troubled // relaying denied, sign in first, and the like
	case address:
		return bounced
	}
	return refused
}

func again(letter mailing.Letter, now time.Time) mailing.Outcome {
	if letter.Tries >= mailing.Tries {
		return mailing.Outcome{Failed: true}
	}
	return mailing.Outcome{Again: now.Add(mailing.Pause(letter.Tries))}
}
