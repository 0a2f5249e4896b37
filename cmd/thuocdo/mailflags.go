package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/mail"
	"strconv"
	"strings"
	"sync"
	"time"

	"thuocdo/data"
	"thuocdo/data/bounce"
	"thuocdo/data/post"
	"thuocdo/web"
)

// mailFlags name the mail server that invitations are handed to.
type mailFlags struct {
	SMTP         string `name:"smtp" help:"Mail server for invitations; none if empty." env:"THUOCDO_SMTP" placeholder:"HOST:PORT"`
	SMTPTLS      string `name:"smtp-tls" help:"starttls, tls, or none for a server on this machine." enum:"starttls,tls,none" default:"starttls" env:"THUOCDO_SMTP_TLS"`
	SMTPUser     string `name:"smtp-user" help:"Login at the mail server." env:"THUOCDO_SMTP_USER" placeholder:"NAME"`
	SMTPPassword string `name:"smtp-password-file" help:"File with the password for it." env:"THUOCDO_SMTP_PASSWORD_FILE" placeholder:"FILE"`
	MailFrom     string `name:"mail-from" help:"Who letters come from, 'NAME <ADDRESS>'." env:"THUOCDO_MAIL_FROM" placeholder:"ADDRESS"`
	MailRate     int    `name:"mail-rate" help:"Letters a minute." default:"60" env:"THUOCDO_MAIL_RATE" placeholder:"N"`
}

// mailServer returns the mail server that is set up, nil where none is. base is where letters lead to.
func (m *mailFlags) mailServer(c *console, base string) (*post.Server, error) {
	if m.SMTP == "" {
		return nil, nil
	}
	host, port, err := net.SplitHostPort(m.SMTP)
	number, perr := strconv.Atoi(port)
	if err != nil || perr != nil || host == "" {
		return nil, usage("--smtp %q: HOST:PORT is expected, e.g. smtp.example.vn:587", m.SMTP)
	}
	from, err := mail.ParseAddress(m.MailFrom)
	switch {
	case err != nil:
		return nil, usage("--mail-from %q: an address is expected, e.g. 'Sở Nội vụ <khaosat@example.vn>'", m.MailFrom)
	case base == "":
		return nil, usage("--smtp needs --base-url: letters lead to the address the public sees")
	case m.MailRate < 1 || m.MailRate > 100_000:
		return nil, usage("--mail-rate %d: 1 to 100,000 letters a minute are expected", m.MailRate)
	case m.SMTPTLS == string(post.Plain) && !isLoopback(host):
		return nil, usage("--smtp-tls none sends codes in the clear; it is for a mail server on this machine, not %s", host)
	}
	s := &post.Server{Host: host, Port: number, Security: post.Security(m.SMTPTLS), User: m.SMTPUser, From: *from, Base: base}
	if m.SMTPPassword != "" {
		s.Password, err = firstLine(c, m.SMTPPassword)
	}
	return s, err
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// firstLine reads a secret that is kept in a file.
func firstLine(c *console, name string) (string, error) {
	r, err := c.open(name)
	if err != nil {
		return "", err
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, 4<<10))
	if err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	line, _, _ := strings.Cut(string(b), "\n")
	return strings.TrimSpace(line), nil
}

// postman returns who carries letters from a store to a mail server.
func (m *mailFlags) postman(c *console, log string, store *data.Store, server *post.Server) *post.Postman {
	return &post.Postman{Queue: store, Server: server, Rate: m.MailRate, Now: time.Now, Log: c.log(log)}
}

// pageMail is what pages know of the mail server.
func pageMail(server *post.Server, base string) web.Mail {
	m := web.Mail{Base: base, Bounces: readBounces}
	if server != nil {
		m.From = server.From.String()
		if server.From.Name != "" {
			m.From = server.From.Name + " <" + server.From.Address + ">"
		}
	}
	return m
}

func readBounces(r io.Reader) (gone []string, reports int, err error) {
	f, err := bounce.Read(r)
	return f.Gone, f.Reports, err
}

// carry runs a postman beside the service; the function it returns waits until the letter under way is noted.
func carry(ctx context.Context, p *post.Postman) (wait func()) {
	var done sync.WaitGroup
	done.Go(func() { p.Run(ctx) })
	return done.Wait
}
