// Package bounce reads what mail servers send back when a letter did not arrive: delivery status notifications (RFC 3464), one
// message or a mailbox of many. It takes addresses and status codes from them and nothing else: the letter that such a
// message carries, with its code, is not looked at.
package bounce

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"strings"

	"encoding/base64"

	"thuocdo/survey/mailing"
)

// ErrLarge reports a file that is no mailbox anybody would send in.
var ErrLarge = errors.New("too large: at most 32 MiB and 20,000 messages are expected")

// Limits of a file.
const (
	fileMax    = 32 << 20
	messageMax = 4 << 20
	countMax   = 20_000
	partMax    = 1 << 20
)

// Found is what a file says.
type Found struct {
	Gone     []string // addresses that do not exist, as mailing.Clean returns them, each once
	Messages int
	Reports  int // of these, delivery status notifications
}

// Read takes one message, or a mailbox: messages that begin with a line "From " behind an empty one. A message that cannot be
// read is counted and left out. ErrLarge.
func Read(r io.Reader) (f Found, err error) {
	seen := map[string]bool{}
	err = split(r, func(message []byte) {
		f.Messages++
		list, ok := report(message)
		if ok {
			f.Reports++
		}
		for _, a := range list {
			if !seen[a] {
				seen[a] = true
				f.Gone = append(f.Gone, a)
			}
		}
	})
	return f, err
}

// split finds the messages of a mailbox.
func split(r io.Reader, take func([]byte)) error {
	in := bufio.NewReader(io.LimitReader(r, fileMax+1))
	var message bytes.Buffer
	size, count, blank := 0, 0, true
	flush := func() {
		if len(bytes.TrimSpace(message.Bytes())) > 0 {
			count++
			take(message.Bytes())
		}
		message.Reset()
	}
	for {
		line, err := in.ReadBytes('\n')
		if size += len(line); size > fileMax || count > countMax {
			return ErrLarge
		}
		if blank && bytes.HasPrefix(line, []byte("From ")) {
			flush()
		} else if message.Len() < messageMax {
			message.Write(line)
		}
		blank = len(bytes.TrimSpace(line)) == 0
		if errors.Is(err, io.EOF) {
			flush()
			return nil
		}
		if err != nil {
			return fmt.Errorf("read mailbox: %w", err)
		}
	}
}

// report returns the addresses that a delivery status notification says do not exist; ok is false for other messages.
func report(message []byte) (gone []string, ok bool) {
	m, err := mail.ReadMessage(bytes.NewReader(message))
	if err != nil {
		return nil, false
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/report" || params["boundary"] == "" {
		return nil, false
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for range 20 {
		p, err := parts.NextRawPart()
		if err != nil {
			return nil, false
		}
		kind, _, _ := mime.ParseMediaType(p.Header.Get("Content-Type"))
		if kind != "message/delivery-status" && kind != "message/global-delivery-status" {
			continue
		}
		body, err := io.ReadAll(io.LimitReader(decoded(p), partMax))
		if err != nil {
			return nil, false
		}
		return statuses(body), true
	}
	return nil, false
}

func decoded(p *multipart.Part) io.Reader {
	switch strings.ToLower(strings.TrimSpace(p.Header.Get("Content-Transfer-Encoding"))) {
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, p)
	case "quoted-printable":
		return quotedprintable.NewReader(p)
	}
	return p
}

// statuses reads the groups of fields: the first is about the message, each other one about a recipient.
func statuses(body []byte) (gone []string) {
	in := textproto.NewReader(bufio.NewReader(bytes.NewReader(append(body, "\n\n"...))))
	for range 1000 {
		h, err := in.ReadMIMEHeader()
		if len(h) == 0 && err != nil {
			return gone
		}
		if !dead(h.Get("Action"), h.Get("Status")) {
			continue
		}
		for _, field := range []string{"Original-Recipient", "Final-Recipient"} {
			if a, ok := recipient(h.Get(field)); ok {
				gone = append(gone, a)
			}
		}
	}
	return gone
}

// dead reports whether a status means that the mailbox will never take a letter. A full mailbox (5.2.2) and what a server
// refuses for reasons of its own (5.7.x) do not.
func dead(action, status string) bool {
	status, _, _ = strings.Cut(strings.TrimSpace(status), " ")
	return strings.EqualFold(strings.TrimSpace(action), "failed") && strings.HasPrefix(status, "5.") && status != "5.2.2" && !strings.HasPrefix(status, "5.7.")
}

// recipient reads "rfc822; an@example.vn".
func recipient(field string) (string, bool) {
	_, address, ok := strings.Cut(field, ";")
	if !ok {
		return "", false
	}
	return mailing.Clean(strings.Trim(strings.TrimSpace(address), "<>"))
}
