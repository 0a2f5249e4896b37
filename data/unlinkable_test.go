package data

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"math"
	mrand "math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"thuocdo/survey"
	"thuocdo/survey/account"
	"thuocdo/survey/paper"
)

// person is one who was invited and what the tests know about him: which answer is his.
type person struct {
	survey.Issued
	digest [digestSize]byte
	entry  survey.Entry
	mode   survey.Mode // half on the web, a quarter each at a kiosk and on paper
	number int         // of the printed form; 0 = none
	record []byte      // of the answer, as it is stored
}

// send answers with the invitation of a person. A printed form is typed in first, and settled when it is counted.
func (p *person) send(t *testing.T, s *Store, in *survey.Intake, typist int64) {
	sub := answered(p.Code, p.entry)
	sub.Mode = p.mode
	if p.mode == survey.Paper {
		if _, err := s.PutEntry(t.Context(), "LO-01", p.number, paper.Entry{Author: typist, Packed: p.entry.Packed}, sub.Key); err != nil {
			t.Error(err)
		}
	}
	if _, err := in.Submit(t.Context(), sub); err != nil {
		t.Error(err)
	}
	if p.mode == survey.Paper {
		if err := s.Settle(t.Context(), "LO-01", p.number, paper.Counted, ""); err != nil {
			t.Error(err)
		}
	}
}

// answerAll has n people answer, each with an invitation, in an order that chance decides: one by one, or many at once. Meanwhile
// it calls look.
func answerAll(t *testing.T, s *Store, n int, atOnce bool, look func()) (people []person) {
	codes := mustInvite(t, s, survey.Batch{Agency: "x-000", N: n})
	list := entries(t, mustWave(t, s, "w"), n)
	must(t, s.PutBatch(t.Context(), paper.Batch{Wave: "w", Agency: "x-000", Code: "LO-01", Issued: n}))
	typist := must1(s.PutAccount(t.Context(), account.Account{Login: "go", Name: "Người nhập", Role: account.Enumerator, Password: "x"}))(t)
	in, ring := intakeOf(s, during), must1(s.keys.get())(t)
	var wait sync.WaitGroup
	slots := make(chan struct{}, 32)
	for i, at := range mrand.New(mrand.NewPCG(1, uint64(n))).Perm(n) {
		p := person{Issued: codes[at], digest: ring.digest(codes[at].Code), entry: list[at], mode: []survey.Mode{survey.Web, survey.Kiosk, survey.Web, survey.Paper}[i%4]}
		if p.mode == survey.Paper {
			p.number = i/4 + 1
		}
		p.record = must1(record{day: survey.DayOf(during().In(survey.Vietnam)), mode: p.mode, packed: p.entry.Packed}.appendTo(nil))(t)
		people = append(people, p)
		send := func() { p.send(t, s, in, typist) }
		if atOnce {
			slots <- struct{}{}
			wait.Go(func() { send(); <-slots })
		} else {
			send()
		}
		if i%20 == 0 {
			look()
		}
	}
	wait.Wait()
	return people
}

func must1[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T { must(t, err); return v }
}

// TestNothingLinksAnInvitationToItsAnswer gives a program everything there is after 500 answers – the file, copies of the log
// taken all along, backups, receipts, even the key file and the list of codes – and has it pair invitations with answers in
// every order it can make out. It must do no better than chance.
func TestNothingLinksAnInvitationToItsAnswer(t *testing.T) {
	t.Parallel()
	n := 500
	if testing.Short() {
		n = 240
	}
	for _, atOnce := range []bool{false, true} {
		t.Run(fmt.Sprintf("at once %v", atOnce), func(t *testing.T) {
			t.Parallel()
			s := inviting(t, Options{}, 1)
			var logs, backups [][]byte
			people := answerAll(t, s, n, atOnce, func() {
				if b, err := os.ReadFile(s.path + "-wal"); err == nil && len(logs) < 40 {
					logs = append(logs, b)
				}
				if len(backups) < 2 {
					dest := filepath.Join(t.TempDir(), "backup.db")
					_, err := s.Backup(t.Context(), dest, CopyOptions{})
					must(t, err)
					backups = append(backups, must1(os.ReadFile(dest))(t))
				}
			})
			ring := must1(s.keys.get())(t)
			issued := slices.SortedFunc(slices.Values(people), func(a, b person) int { return bytes.Compare(a.digest[:], b.digest[:]) })
			wantUntouched(t, s, issued)
			wantNoTrace(t, s, people)
			must(t, s.Close())
			file := must1(os.ReadFile(s.path))(t)
			attack{people, ring}.run(t, file)
			// Without the keys nothing leads from a code to a receipt, nor does what was copied on the way name an invitation.
			logs = logs[min(1, len(logs)):] // the first holds the issuing itself
			for i, p := range people {
				for _, guess := range guesses(p.Code) {
					if bytes.Contains(file, guess) {
						t.Fatalf("person %d: the file holds what can be made of the code", i)
					}
				}
			}
			for k, b := range logs {
				touched := 0
				for _, p := range people {
					if bytes.Contains(b, p.digest[:]) {
						touched++
					}
				}
				if touched != 0 && touched != len(people) {
					t.Errorf("log %d names %d of %d invitations", k, touched, len(people))
				}
			}
			if len(logs) < 3 || len(backups) != 2 {
				t.Errorf("%d logs, %d backups: the test has no teeth", len(logs), len(backups))
			}
		})
	}
}

// wantUntouched fails where the table of invitations is not exactly what was issued.
func wantUntouched(t *testing.T, s *Store, issued []person) {
	t.Helper()
	i := 0
	must(t, each(t.Context(), s.read, `SELECT digest, batch FROM invitations`, func(r *sql.Rows) error {
		var digest []byte
		var batch int64
		err := r.Scan(&digest, &batch)
		if i >= len(issued) || !bytes.Equal(digest, issued[i].digest[:]) || batch != 1 {
			t.Errorf("row %d of the invitations is %x of batch %d", i, digest, batch)
		}
		i++
		return err
	}))
}

// wantNoTrace fails where the record of the printed forms keeps anything of what was typed, or their answers a number.
func wantNoTrace(t *testing.T, s *Store, people []person) {
	t.Helper()
	entries, keys, counted := 0, 0, 0
	must(t, s.read.QueryRowContext(t.Context(), `SELECT (SELECT count(*) FROM paper_entries), (SELECT count(*) FROM paper_forms WHERE key != ''),
		(SELECT count(*) FROM paper_forms WHERE state = 2)`).Scan(&entries, &keys, &counted))
	want, stored := 0, map[survey.Mode]int{}
	for _, p := range people {
		if p.mode == survey.Paper {
			want++
		}
	}
	must(t, s.Responses(t.Context(), "w", func(r survey.StoredResponse) error { stored[r.Mode]++; return nil }))
	if entries != 0 || keys != 0 || counted != want || stored[survey.Paper] != want || stored[survey.Kiosk] == 0 {
		t.Errorf("%d entries, %d keys left; %d forms counted, want %d; answers by mode %v", entries, keys, counted, want, stored)
	}
}

// guesses are what somebody without the keys can make of a code and look for.
func guesses(code string) (all [][]byte) {
	spelt, _ := survey.ReadInvitation(code)
	for _, s := range []string{code, spelt} {
		sum := sha256.Sum256([]byte(s))
		all = append(all, []byte(s), sum[:16])
		if d, err := survey.ReceiptDigest(survey.ReceiptCode("w", s)); err == nil {
			all = append(all, d[:])
		}
	}
	return all
}

// attack pairs people with answers.
type attack struct {
	people []person
	ring   *keys
}

// run tries every order of invitations against every order of answers: where they lie in the file, in their block, by value.
func (a attack) run(t *testing.T, file []byte) {
	t.Helper()
	at := func(needle []byte) float64 {
		if bytes.Count(file, needle) != 1 {
			return math.NaN() // two people said the same: nobody can tell them apart
		}
		return float64(bytes.Index(file, needle))
	}
	n := len(a.people)
	ofPeople, ofAnswers := map[string][]float64{}, map[string][]float64{}
	for _, p := range a.people {
		once := must1(a.ring.once("w", p.digest[:]))(t)
		receipt := must1(survey.ReceiptDigest(survey.ReceiptCode("w", once)))(t)
		where, mark, said := at(p.digest[:]), float64(bytes.LastIndex(file, receipt[:])), at(p.record)
		if mark < 0 {
			t.Fatal("an invitation that was used left no receipt: the attack has no teeth")
		}
		add(ofPeople, map[string]float64{"code": value([]byte(p.Code)), "digest": value(p.digest[:]), "place": where, "receipt": value(receipt[:]), "place of the receipt": mark})
		add(ofAnswers, map[string]float64{"place": said, "cell": math.Mod(said, 4096), "page": math.Floor(said / 4096), "content": value(p.record)})
	}
	for f, x := range ofPeople {
		for g, y := range ofAnswers {
			hits, rho := paired(x, y)
			// Chance pairs one right, seldom more: Poisson(1) exceeds 8 once in a million; |rho| stays below 4.9 standard errors.
			if hits > 8 || math.Abs(rho) > 4.9/math.Sqrt(float64(n)) {
				t.Errorf("invitations by %s, answers by %s: %d of %d paired, correlation %.3f", f, g, hits, n, rho)
			}
		}
	}
	// With teeth: the same attack finds an order that is there.
	order := make([]float64, n)
	for i := range order {
		order[i] = float64(i)
	}
	if hits, rho := paired(order, order); hits != n || rho < 0.999 {
		t.Errorf("the attack pairs %d of %d where it should find all", hits, n)
	}
}

func add(to map[string][]float64, x map[string]float64) {
	for k, v := range x {
		to[k] = append(to[k], v)
	}
}

// value orders by bytes.
func value(b []byte) (v float64) {
	for _, x := range b[:min(len(b), 12)] {
		v = v*256 + float64(x)
	}
	return v
}

// paired lays two orders beside each other: how many stand at the same rank, and Spearman's correlation.
func paired(x, y []float64) (hits int, rho float64) {
	var xs, ys []float64
	for i := range x {
		if !math.IsNaN(x[i]) && !math.IsNaN(y[i]) {
			xs, ys = append(xs, x[i]), append(ys, y[i])
		}
	}
	rx, ry := ranks(xs), ranks(ys)
	n := float64(len(rx))
	var d2 float64
	for i := range rx {
		if rx[i] == ry[i] {
			hits++
		}
		d := float64(rx[i] - ry[i])
		d2 += d * d
	}
	return hits, 1 - 6*d2/(n*(n*n-1))
}

func ranks(x []float64) []int {
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	shuffled := mrand.New(mrand.NewPCG(9, 9))
	shuffled.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] }) // ties fall by chance
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(x[a], x[b]) })
	r := make([]int, len(x))
	for rank, i := range order {
		r[i] = rank
	}
	return r
}
