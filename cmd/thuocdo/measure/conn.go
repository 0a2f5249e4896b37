// Package measure loads a running server over HTTP and says how it does: requests on kept-alive connections, in a closed
// or an open loop, timed from the moment they were due, and a server in a process of its own.
package measure

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"
)

// Conn is one kept-alive connection of a measuring client. It does as little as HTTP allows, so that the machine's
// time goes to the server that is measured. It is not safe for concurrent use.
type Conn struct {
	Addr string // host:port
	Body []byte // of the last answer, valid until the next

	conn net.Conn
	in   *bufio.Reader
	read int64 // bytes received since it was made
}

// Answer is what a measuring client looks at.
type Answer struct {
	Status   int
	Location string
}

// patience is how long one request of a measurement may take.
const patience = 30 * time.Second

// Do sends one request and reads its answer. After an error the connection is made anew by the next call.
func (c *Conn) Do(request []byte) (Answer, error) {
	if c.conn == nil {
		conn, err := net.DialTimeout("tcp", c.Addr, patience)
		if err != nil {
			return Answer{}, err
		}
		c.conn, c.in = conn, bufio.NewReaderSize(conn, 16<<10)
	}
	a, keep, err := c.exchange(request)
	if err != nil || !keep {
		c.close()
	}
	return a, err
}

func (c *Conn) close() {
	if c.conn != nil {
		c.conn.Close()
		c.conn = nil
	}
}

func (c *Conn) exchange(request []byte) (a Answer, keep bool, err error) {
	if err := c.conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return a, false, err
	}
	if _, err := c.conn.Write(request); err != nil {
		return a, false, err
	}
	line, err := c.line()
	if err != nil {
		return a, false, err
	}
	if len(line) < 12 || !bytes.HasPrefix(line, []byte("HTTP/1.1 ")) {
		return a, false, fmt.Errorf("not HTTP/1.1: %q", line)
	}
	if a.Status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return a, false, err
	}
	size, chunked, keep := 0, false, true
	for {
		line, err := c.line()
		if err != nil {
			return a, false, err
		}
		if len(line) == 0 {
			break
		}
		name, value, _ := bytes.Cut(line, []byte(": "))
		switch {
		case bytes.EqualFold(name, []byte("Content-Length")):
			size, err = strconv.Atoi(string(value))
		case bytes.EqualFold(name, []byte("Transfer-Encoding")):
			chunked = true
		case bytes.EqualFold(name, []byte("Connection")):
			keep = !bytes.EqualFold(value, []byte("close"))
		case bytes.EqualFold(name, []byte("Location")):
			a.Location = string(value)
		}
		if err != nil {
			return a, false, err
		}
	}
	c.Body = c.Body[:0]
	if chunked {
		return a, keep, c.chunks()
	}
	return a, keep, c.take(size)
}

// line reads one line of a head, without its end.
func (c *Conn) line() ([]byte, error) {
	line, err := c.in.ReadSlice('\n')
	c.read += int64(len(line))
	return bytes.TrimRight(line, "\r\n"), err
}

// chunks reads a body that comes in pieces.
func (c *Conn) chunks() error {
	for {
		line, err := c.line()
		if err != nil {
			return err
		}
		n, err := strconv.ParseUint(string(line), 16, 31)
		if err != nil {
			return err
		}
		if err := c.take(int(n)); err != nil {
			return err
		}
		if end, err := c.line(); err != nil || len(end) > 0 {
			return errors.Join(err, io.ErrUnexpectedEOF)
		}
		if n == 0 {
			return nil
		}
	}
}

// take appends n bytes to the body.
func (c *Conn) take(n int) error {
	from := len(c.Body)
	c.Body = append(c.Body, make([]byte, n)...)
	_, err := io.ReadFull(c.in, c.Body[from:])
	c.read += int64(n)
	return err
}
