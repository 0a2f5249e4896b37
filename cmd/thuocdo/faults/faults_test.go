package faults

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"thuocdo/data"
	"thuocdo/data/reference"
	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

var (
	kills  = flag.Int("kills", 3, "kill -9 so many times")
	cuts   = flag.Int("cuts", 3, "cut the power so many times")
	slow   = flag.Int("slow", 500, "so many connections that send nothing more")
	length = flag.Duration("length", time.Second, "how long a load lasts")
	seed   = flag.Uint64("seed", 0, "of the accidents; 0 = another each time")
)

// program is the binary under test.
var program string

func TestMain(m *testing.M) {
	flag.Parse()
	if testing.Short() {
		fmt.Println("faults: SKIPPED with -short: they run the program in processes of its own")
		return
	}
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "thuocdo-faults-*")
		if err != nil {
			panic(err)
		}
		defer os.RemoveAll(dir)
		program = filepath.Join(dir, "thuocdo")
		if out, err := exec.Command("go", "build", "-o", program, "thuocdo/cmd/thuocdo").CombinedOutput(); err != nil {
			panic(fmt.Sprintf("go build: %v\n%s", err, out))
		}
		return m.Run()
	}())
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// accidents returns the chance of a test, and says how to have it again.
func accidents(t *testing.T) *rand.Rand {
	s := *seed
	for s == 0 {
		s = rand.Uint64()
	}
	t.Logf("again with -seed %d", s)
	return rand.New(rand.NewPCG(s, 0))
}

const (
	wave   = "thu"
	agency = "xa-1"
)

// form has seven ratings: enough that every answer has its own content.
const form = `{"code": "thu", "version": "1", "title": {"vi": "Thử", "en": "Trial"}, "intro": {"vi": "Để thử."},
 "lists": {"level": [{"code": "1", "text": {"vi": "Kém"}}, {"code": "2", "text": {"vi": "Yếu"}}, {"code": "3", "text": {"vi": "Vừa"}}, {"code": "4", "text": {"vi": "Khá"}}, {"code": "5", "text": {"vi": "Tốt"}}]},
 "pages": [{"code": "p", "title": {"vi": "Trang"}, "blocks": [{"questions": [%s]}]}]}`

// mustDatabase makes a database with an open wave in a folder of its own, and returns its path.
func mustDatabase(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "thuocdo.db")
	st, err := data.Open(t.Context(), path, data.Options{})
	must(t, err)
	var questions []string
	for i := range 7 {
		questions = append(questions, fmt.Sprintf(`{"code": "q%d", "type": "rating", "list": "level", "text": {"vi": "Câu %d?"}}`, i+1, i+1))
	}
	q, err := survey.ParseQuestionnaire(fmt.Appendf(nil, form, strings.Join(questions, ",")))
	must(t, err)
	f, err := reference.Framework("sipas", "")
	must(t, err)
	now := time.Now()
	must(t, st.PutAgencies(t.Context(), []survey.Agency{{Code: agency, Kind: survey.Commune, Name: phrase.VI("Xã Một", "Commune One"), ValidFrom: survey.DayOf(now.AddDate(-1, 0, 0))}}, nil))
	must(t, st.PutQuestionnaire(t.Context(), q))
	must(t, st.PutFramework(t.Context(), f))
	must(t, st.PutWave(t.Context(), survey.Wave{Code: wave, Title: phrase.VI("Đợt thử", "Trial"), Questionnaire: q.Code, Version: q.Version, Framework: f.Code,
		Period: survey.Period(now.Format("2006")), Opens: now.AddDate(0, 0, -3), Closes: now.AddDate(0, 0, 3), Agencies: []string{agency}}))
	must(t, st.Close())
	return path
}

func newCrowd() *Crowd {
	return &Crowd{Wave: wave, Agency: agency, Body: func(n int) string {
		var b strings.Builder
		for i := range 7 {
			fmt.Fprintf(&b, `,"q%d":%d`, i+1, 1+n%5)
			n /= 5
		}
		return "{" + b.String()[1:] + "}"
	}}
}

// examine opens a database as doctor does: everything acknowledged is there, once, nothing is there that was not sent, and
// the tallies are those of the answers.
func examine(t *testing.T, path string, crowds ...*Crowd) {
	t.Helper()
	st, err := data.Open(context.Background(), path, data.Options{}) // as the next start does, log and all
	must(t, err)
	defer func() { must(t, st.Close()) }()
	report, err := st.Doctor(context.Background())
	must(t, err)
	for _, c := range report.Checks {
		for _, p := range c.Problems {
			t.Errorf("doctor: %s: %s", c.Name, p.Message.In("en"))
		}
	}
	acknowledged, sent := 0, 0
	for _, c := range crowds {
		for _, receipt := range c.Receipts {
			digest, err := survey.ReceiptDigest(receipt)
			must(t, err)
			if _, counted, err := st.Counted(context.Background(), digest); err != nil || !counted {
				t.Fatalf("acknowledged answer %s is lost (%v)", receipt, err)
			}
		}
		acknowledged, sent = acknowledged+len(c.Receipts), sent+c.n
		if c.Strange != "" {
			t.Error(c.Strange)
		}
	}
	stored := 0
	for _, w := range report.Waves {
		stored += int(w.Responses)
	}
	if stored < acknowledged || stored > sent {
		t.Errorf("%d answers are stored; %d were acknowledged, %d sent", stored, acknowledged, sent)
	}
}

// loaded runs a crowd against a service until do has returned.
func loaded(s *Service, c *Crowd, people int, do func()) {
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		c.Send(s, people, stop)
	}()
	do()
	close(stop)
	<-done
}

// after waits until so many answers more were acknowledged, at most a minute.
func after(t *testing.T, c *Crowd, more int) {
	t.Helper()
	for end, want := time.Now().Add(time.Minute), c.Answers()+more; c.Answers() < want; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Errorf("only %d answers in a minute", c.Answers()-want+more)
			return
		}
	}
}

func TestKillsLoseNothing(t *testing.T) {
	rng, path := accidents(t), mustDatabase(t)
	var crowds []*Crowd
	for range *kills {
		s, err := Start(t.Context(), program, path, nil)
		must(t, err)
		c := newCrowd()
		crowds = append(crowds, c)
		loaded(s, c, 16, func() {
			after(t, c, 1+rng.IntN(50))
			time.Sleep(time.Duration(rng.IntN(3000)) * time.Microsecond)
			must(t, s.Kill())
		})
		if t.Failed() {
			return
		}
	}
	examine(t, path, crowds...)
	t.Logf("%d kills, %d answers acknowledged", *kills, total(crowds))
}

func total(crowds []*Crowd) (n int) {
	for _, c := range crowds {
		n += len(c.Receipts)
	}
	return n
}

// mustDisk puts a faulty disk below a database.
func mustDisk(t *testing.T, path string) *Disk {
	t.Helper()
	d, err := NewDisk(filepath.Dir(path), t.TempDir())
	must(t, err)
	return d
}

func TestPowerCutsLoseNothing(t *testing.T) {
	rng, path := accidents(t), mustDatabase(t)
	d := mustDisk(t, path)
	var crowds []*Crowd
	lost := 0
	for range *cuts {
		env, err := d.Start()
		must(t, err)
		s, err := Start(t.Context(), program, path, env)
		must(t, err)
		c := newCrowd()
		crowds = append(crowds, c)
		loaded(s, c, 16, func() {
			after(t, c, 1+rng.IntN(60))
			must(t, s.Kill())
		})
		n, err := d.CutPower(rng, false)
		must(t, err)
		if lost += n; t.Failed() {
			return
		}
		examine(t, path, crowds...)
	}
	if total(crowds) < *cuts {
		t.Errorf("only %d answers were acknowledged", total(crowds))
	}
	t.Logf("%d cuts, %d answers acknowledged, %d writes lost or torn", *cuts, total(crowds), lost)
}

// A disk that says it has synced and has not must lose something: else the test above shows nothing.
func TestALyingDiskIsFoundOut(t *testing.T) {
	rng, path := accidents(t), mustDatabase(t)
	d := mustDisk(t, path)
	env, err := d.Start()
	must(t, err)
	s, err := Start(t.Context(), program, path, env)
	must(t, err)
	c := newCrowd()
	loaded(s, c, 8, func() {
		after(t, c, 40)
		must(t, s.Kill())
	})
	lost, err := d.CutPower(rng, true)
	must(t, err)
	st, err := data.Open(t.Context(), path, data.Options{})
	if err != nil {
		return // damaged beyond opening: found out
	}
	defer st.Close()
	missing := 0
	for _, receipt := range c.Receipts {
		digest, err := survey.ReceiptDigest(receipt)
		must(t, err)
		if _, counted, err := st.Counted(t.Context(), digest); err != nil || !counted {
			missing++
		}
	}
	if missing == 0 {
		t.Errorf("%d operations were lost, and yet all of %d answers are there", lost, len(c.Receipts))
	}
}

func TestADiskThatTakesNothingIsAClearRefusal(t *testing.T) {
	for name, state := range map[string]State{"full": Full, "read-only": ReadOnly, "broken": Broken} {
		t.Run(name, func(t *testing.T) {
			path := mustDatabase(t)
			d := mustDisk(t, path)
			env, err := d.Start()
			must(t, err)
			s, err := Start(t.Context(), program, path, env)
			must(t, err)
			c := newCrowd()
			loaded(s, c, 8, func() {
				after(t, c, 20)
				must(t, d.Set(state))
				time.Sleep(*length)
				res, err := http.Get(s.URL + "/khao-sat/" + wave + "/" + agency) // people still read
				must(t, err)
				res.Body.Close()
				if res.StatusCode != http.StatusOK {
					t.Errorf("the form: %d", res.StatusCode)
				}
				must(t, d.Set(Well))
				after(t, c, 20) // by itself
			})
			must(t, s.Stop())
			if c.Tally[Refused] == 0 || c.Tally[Rejected]+c.Tally[Unheard] > 0 {
				t.Errorf("%d refused, %d rejected, %d unheard: want 503 alone", c.Tally[Refused], c.Tally[Rejected], c.Tally[Unheard])
			}
			examine(t, path, c)
			t.Logf("%d acknowledged, %d refused", len(c.Receipts), c.Tally[Refused])
		})
	}
}

// At SIGTERM nothing that was acknowledged is lost, and nobody who was let in is cut off.
func TestAnOrderlyEndCutsNobodyOff(t *testing.T) {
	path := mustDatabase(t)
	s, err := Start(t.Context(), program, path, nil)
	must(t, err)
	c := newCrowd()
	loaded(s, c, 32, func() {
		after(t, c, 200)
		must(t, s.Stop())
	})
	examine(t, path, c)
	st, err := data.Open(t.Context(), path, data.Options{})
	must(t, err)
	defer st.Close()
	report, err := st.Doctor(t.Context())
	must(t, err)
	if n := int(report.Waves[0].Responses); n != len(c.Receipts) {
		t.Errorf("%d answers are stored and %d were acknowledged: somebody was cut off after being let in", n, len(c.Receipts))
	}
}

// Connections that send half a request and wait keep nobody else out.
func TestSlowVisitorsKeepNobodyOut(t *testing.T) {
	path := mustDatabase(t)
	s, err := Start(t.Context(), program, path, nil)
	must(t, err)
	addr := strings.TrimPrefix(s.URL, "http://")
	var held []net.Conn
	hangUp := func() {
		for _, c := range held {
			c.Close()
		}
	}
	defer hangUp()
	for i := range *slow {
		conn, err := net.DialTimeout("tcp", addr, 10*time.Second)
		if err != nil {
			t.Fatalf("connection %d: %v", i, err)
		}
		held = append(held, conn)
		if i%2 == 0 {
			_, err = io.WriteString(conn, "POST /api/v1/waves/thu/responses HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n{")
			must(t, err)
		}
	}
	c := newCrowd()
	loaded(s, c, 8, func() { after(t, c, 50) })
	if *slow < 1000 { // at length, stopping in spite of them is part of it, and takes its 20 s
		hangUp()
	}
	must(t, s.Stop())
	examine(t, path, c)
	t.Logf("%d connections held, %d answers meanwhile", len(held), len(c.Receipts))
}

// A damaged page is found and named by doctor; the last backup is put back, and what came after it is gone: that is the loss.
func TestADamagedPageIsFoundAndTheBackupPutBack(t *testing.T) {
	rng, path := accidents(t), mustDatabase(t)
	backup := filepath.Join(t.TempDir(), "backup.db")
	s, err := Start(t.Context(), program, path, nil)
	must(t, err)
	c := newCrowd()
	loaded(s, c, 16, func() {
		after(t, c, 300)
		mustRun(t, 0, "backup", "--db", path, backup) // under load
		after(t, c, 30)
	})
	must(t, s.Stop())
	examine(t, path, c)
	damage(t, path, rng)
	if said := mustRun(t, 1, "doctor", "--db", path); !strings.Contains(said, "WRONG") {
		t.Errorf("doctor does not name the damage:\n%s", said)
	}
	kept := mustRun(t, 0, "restore", "--db", path, "--replace", backup)
	again, err := Start(t.Context(), program, path, nil)
	must(t, err)
	more := newCrowd()
	loaded(again, more, 4, func() { after(t, more, 20) }) // a working service
	must(t, again.Stop())
	st, err := data.Open(t.Context(), path, data.Options{})
	must(t, err)
	defer st.Close()
	report, err := st.Doctor(t.Context())
	must(t, err)
	stored := int(report.Waves[0].Responses)
	if !report.OK() || stored < 300+20 || stored > len(c.Receipts)+len(more.Receipts)+more.Tally[Unheard] {
		t.Errorf("healthy %v, %d answers; restore said:\n%s", report.OK(), stored, kept)
	}
	t.Logf("%d acknowledged before the damage, %d in the backup, %d after", len(c.Receipts), stored-len(more.Receipts), len(more.Receipts))
}

// damage overwrites half of a page that is in use, somewhere behind the definitions.
func damage(t *testing.T, path string, rng *rand.Rand) {
	t.Helper()
	b, err := os.ReadFile(path)
	must(t, err)
	for range 10_000 {
		page := b[(1+rng.IntN(len(b)/4096-1))*4096:][:4096]
		if used := 4096 - bytes.Count(page, []byte{0}); used < 3000 || bytes.Contains(page, []byte(`"vi"`)) {
			continue // free pages are zeros; texts of definitions are looked at by other tests
		}
		for i := range 2048 {
			page[1024+i] ^= byte(rng.IntN(255) + 1)
		}
		must(t, os.WriteFile(path, b, 0o600))
		return
	}
	t.Fatal("no page of answers was found")
}

// mustRun runs the program and returns what it says.
func mustRun(t *testing.T, code int, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, args...)
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != code {
		t.Fatalf("%v: %v, want exit code %d\n%s", args, err, code, out)
	}
	return string(out)
}
