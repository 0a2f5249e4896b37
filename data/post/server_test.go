package post

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// received is one letter that the mail server of a test took.
type received struct{ from, to, data, user string }

// mailServer is as much of a mail server as the tests need, in the test's own process.
type mailServer struct {
	addr  *net.TCPAddr
	tls   *tls.Config // offers STARTTLS, or speaks TLS at once
	first bool        // TLS from the first byte on
	user  string      // who may sign in, "" = nobody has to
	// answer may replace the answer to a command: "RCPT" with its argument, "DATA." after the letter; "" = as usual, "drop" =
	// the connection is cut.
	answer func(command, argument string) string

	mu    sync.Mutex
	mail  []received
	lines int // connections
}

func mustMailServer(t *testing.T, s *mailServer) *mailServer {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if s.first {
		ln = tls.NewListener(ln, s.tls)
	}
	s.addr = ln.Addr().(*net.TCPAddr)
	t.Cleanup(func() { _ = ln.Close() })
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go s.talk(c)
		}
	}()
	return s
}

func (s *mailServer) letters() []received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]received(nil), s.mail...)
}

// talk is one conversation.
func (s *mailServer) talk(c net.Conn) {
	defer func() { _ = c.Close() }()
	s.mu.Lock()
	s.lines++
	s.mu.Unlock()
	_ = c.SetDeadline(time.Now().Add(20 * time.Second))
	in := bufio.NewReader(c)
	say := func(text string) { _, _ = c.Write([]byte(text + "\r\n")) }
	say("220 test ESMTP")
	var m received
	_, secure := c.(*tls.Conn)
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		command, argument, _ := strings.Cut(strings.TrimSpace(line), " ")
		command = strings.ToUpper(command)
		if s.answer != nil {
			if own := s.answer(command, argument); own == "drop" {
				return
			} else if own != "" {
				say(own)
				continue
			}
		}
		switch command {
		case "EHLO":
			say("250-test")
			if s.tls != nil && !secure {
				say("250-STARTTLS")
			}
			if s.user != "" && (secure || s.tls == nil) {
				say("250-AUTH PLAIN LOGIN")
			}
			say("250-ENHANCEDSTATUSCODES")
			say("250 8BITMIME")
		case "STARTTLS":
			say("220 go ahead")
			t := tls.Server(c, s.tls)
			c, in, secure = t, bufio.NewReader(t), true
		case "AUTH":
			_, token, _ := strings.Cut(argument, " ")
			raw, _ := base64.StdEncoding.DecodeString(token)
			if string(raw) != "\x00"+s.user+"\x00mật khẩu" {
				say("535 5.7.8 no")
				continue
			}
			m.user = s.user
			say("235 2.7.0 welcome")
		case "MAIL":
			m.from = argument
			say("250 2.1.0 ok")
		case "RCPT":
			m.to = strings.Trim(strings.TrimPrefix(argument, "TO:"), "<>")
			say("250 2.1.5 ok")
		case "DATA":
			say("354 go on")
			var b strings.Builder
			for {
				line, err := in.ReadString('\n')
				if err != nil {
					return
				}
				if line == ".\r\n" {
					break
				}
				b.WriteString(strings.TrimPrefix(line, "."))
			}
			m.data = b.String()
			if s.answer != nil {
				if own := s.answer("DATA.", m.to); own == "drop" {
					return
				} else if own != "" {
					say(own)
					continue
				}
			}
			s.mu.Lock()
			s.mail = append(s.mail, m)
			s.mu.Unlock()
			say("250 2.0.0 taken")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 2.0.0 ok")
		}
	}
}

// mustCertificate returns the two sides of a TLS conversation with a name that the client believes.
func mustCertificate(t *testing.T) (server, client *tls.Config) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}},
		&tls.Config{RootCAs: pool, ServerName: "127.0.0.1", MinVersion: tls.VersionTLS12}
}
