package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"thuocdo/cmd/thuocdo/measure"
)

// benchCycleCmd measures citizens.
type benchCycleCmd struct {
	loadFlags
	HalfOpen int `help:"Connections beside them that say half a request." placeholder:"N"`
}

// Examples ends the help of the command.
func (*benchCycleCmd) Examples() []string {
	return []string{
		"thuocdo bench cycle --clients 32",
		"thuocdo bench cycle --half-open 10000",
		"thuocdo bench cycle --rate 2000 --clients 512 --length 60s --json   # citizens come whatever the server does",
	}
}

// Run measures whole visits: the form is loaded, filled in and sent, and its answers are on disk.
func (b *benchCycleCmd) Run(ctx context.Context, c *console) error {
	return b.measure(ctx, c, benchTrial{name: "cycle", counts: true, ask: citizens, among: b.HalfOpen})
}

// citizens are people who load the form and send it.
func citizens(codes []string) measure.Operation {
	return func(c *measure.Conn, n int64) (measure.Outcome, error) {
		return citizen(c, "/khao-sat/"+benchWave+"/"+codes[n%int64(len(codes))], n)
	}
}

// citizen fills in the form of one page: what a browser without scripts does.
func citizen(c *measure.Conn, path string, n int64) (measure.Outcome, error) {
	a, err := c.Do(getRequest(c.Addr, path, "identity"))
	for step := 0; ; step++ {
		if how, err := measure.Of(a, http.StatusOK, err); how != measure.Done {
			return how, err
		}
		if step == 3 {
			return measure.Failed, fmt.Errorf("%s: the form does not end", path)
		}
		a, err = c.Do(postRequest(c.Addr, path, fields(c.Body, n)))
		if err == nil && a.Status == http.StatusSeeOther && strings.HasPrefix(a.Location, "/bien-nhan/") {
			return measure.Done, nil
		}
	}
}

// fields fills in what a page of the form asks for.
func fields(page []byte, n int64) string {
	var b strings.Builder
	for _, name := range []string{"s", "p"} {
		if v, ok := hidden(page, name); ok {
			b.WriteString(name + "=" + url.QueryEscape(v) + "&")
		}
	}
	if bytes.Contains(page, []byte(`name="a.q1"`)) {
		for i := range benchRatings {
			fmt.Fprintf(&b, "a.q%d=%d&", i+1, 1+(n*7+int64(i)*n)%5)
		}
	}
	if bytes.Contains(page, []byte(`value="send"`)) {
		return b.String() + "go=send"
	}
	return b.String() + "go=next"
}

// hidden returns the value of a hidden field, which needs no unescaping.
func hidden(page []byte, name string) (string, bool) {
	_, rest, ok := bytes.Cut(page, []byte(`name="`+name+`" value="`))
	value, _, end := bytes.Cut(rest, []byte(`"`))
	return string(value), ok && end
}

// benchIntakeCmd measures programs.
type benchIntakeCmd struct{ loadFlags }

// Examples ends the help of the command.
func (*benchIntakeCmd) Examples() []string {
	return []string{
		"thuocdo bench intake --clients 128",
		"thuocdo bench intake --rate 50000 --clients 2000 --length 60s       # overload: what is refused, how fast",
	}
}

// Run measures answers sent to the JSON interface, each acknowledged after it is on disk.
func (b *benchIntakeCmd) Run(ctx context.Context, c *console) error {
	t := benchTrial{name: "intake", counts: true, ask: programs}
	if b.Rate == 0 {
		t.against = programs
	}
	return b.measure(ctx, c, t)
}

// programs send answers to the JSON interface.
func programs(codes []string) measure.Operation {
	return func(c *measure.Conn, n int64) (measure.Outcome, error) {
		a, err := c.Do(answerRequest(c.Addr, codes[n%int64(len(codes))], n))
		return measure.Of(a, http.StatusCreated, err)
	}
}

func answerRequest(host, agency string, n int64) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, `{"agency":"%s","answers":{`, agency)
	for i := range benchRatings {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `"q%d":%d`, i+1, 1+(n*7+int64(i)*n)%5)
	}
	b.WriteString("}}")
	return fmt.Appendf(nil, "POST /api/v1/waves/%s/responses HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nIdempotency-Key: bench-%020d\r\nContent-Length: %d\r\n\r\n%s",
		benchWave, host, n, b.Len(), b.String())
}

// benchFormCmd measures the form page.
type benchFormCmd struct {
	loadFlags
	Reference bool `help:"The reference form of 39 ratings on 18 pages, not 28 ratings on one."`
	Second    bool `help:"Its second page, with the answers of the first; implies --reference."`
}

// Examples ends the help of the command.
func (*benchFormCmd) Examples() []string {
	return []string{
		"thuocdo bench form --rate 200 --clients 64 --cores 1",
		"thuocdo bench form --rate 200 --clients 64 --cores 1 --second",
	}
}

// Run measures a page of the form.
func (b *benchFormCmd) Run(ctx context.Context, c *console) error {
	return b.measure(ctx, c, benchTrial{name: "form", full: b.Reference || b.Second, ask: func(codes []string) measure.Operation {
		return func(c *measure.Conn, n int64) (measure.Outcome, error) {
			path := "/khao-sat/" + benchWave + "/" + codes[n%int64(len(codes))]
			request := getRequest(c.Addr, path, "gzip")
			if b.Second {
				request = postRequest(c.Addr, path, firstPage)
			}
			a, err := c.Do(request)
			return measure.Of(a, http.StatusOK, err)
		}
	}})
}

// firstPage answers the first page of the reference form: everything was experienced.
const firstPage = "s=&p=0&go=next&a.q8_1=yes&a.q8_2=yes&a.q8_3=yes&a.q8_4=yes&a.q8_5=yes&a.q8_6=yes&a.q8_7=yes"

// benchRankingCmd measures the public ranking.
type benchRankingCmd struct{ loadFlags }

// Examples ends the help of the command.
func (*benchRankingCmd) Examples() []string {
	return []string{"thuocdo bench ranking --agencies 10000 --responses 1000000"}
}

// Run measures the ranking of an open wave.
func (b *benchRankingCmd) Run(ctx context.Context, c *console) error {
	return b.measure(ctx, c, benchTrial{name: "ranking", full: true, ask: func([]string) measure.Operation {
		return func(c *measure.Conn, _ int64) (measure.Outcome, error) {
			a, err := c.Do(getRequest(c.Addr, "/xep-hang/sipas/"+string(benchPeriod()), "gzip"))
			return measure.Of(a, http.StatusOK, err)
		}
	}})
}

// getRequest asks for a page; coding is what the client can unpack, "identity" where it looks into it.
func getRequest(host, path, coding string) []byte {
	return fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: %s\r\nAccept-Encoding: %s\r\n\r\n", path, host, coding)
}

func postRequest(host, path, body string) []byte {
	return fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s",
		path, host, len(body), body)
}
