package data

import (
	"bytes"
	"database/sql"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// anonymous lists the columns of the tables that hold answers and receipts. A new one must be weighed here: it must not be finer than a
// day, not an address, and nothing that both tables share but the wave.
var anonymous = map[string][]string{
	"responses":     {"wave", "agency", "block", "n", "crc", "body"},
	"circumstances": {"wave", "agency", "crc", "body"},
	"receipts":      {"first", "n", "crc", "body"},
	"wave_counts":   {"wave", "n"},
	"tallies":       {"wave", "agency", "n", "record"},
	"tally_steps":   {"wave", "agency", "slot", "n", "record", "seen"}, // seen counts as an older copy does
	"invitations":   {"digest", "batch"},                               // nothing that changes when one is used
}

// mailTables lists the only tables that know addresses of people, with the columns that were weighed. Nothing of them is in a
// table of invitations, receipts or answers: what puts them together is a code that nobody stores (decision 47).
var mailTables = map[string][]string{
	"mail_lists":     {"wave", "proof", "erased"},
	"mail_addresses": {"id", "wave", "agency", "digest", "salt", "email", "lang", "state"},
	"mail_rounds":    {"id", "wave", "kind", "begun", "total", "sent", "failed"},
	"mail_queue":     {"id", "round", "address", "sealed", "tries", "due"},
	"mail_words":     {"wave", "kind", "lang", "subject", "body"},
}

// staffTables are those of people with an account that hold an address. They refer to accounts alone.
var staffTables = map[string][]string{
	"account_contacts": {"account", "email", "salt", "lang", "reminders", "bounced", "written", "news"},
	"account_letters":  {"id", "account", "kind", "email", "body", "tries", "due", "until"},
}

func TestNoColumnLinksAnAnswerToItsSender(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, Options{})
	all := map[string][]string{}
	must(t, each(t.Context(), s.read, `SELECT m.name, c.name, c.type FROM sqlite_master m, pragma_table_info(m.name) c
		WHERE m.type = 'table' ORDER BY m.name, c.cid`, func(r *sql.Rows) error {
		var table, column, kind string
		err := r.Scan(&table, &column, &kind)
		all[table] = append(all[table], column)
		return err
	}))
	for table, want := range anonymous {
		if !slices.Equal(all[table], want) {
			t.Errorf("%s has columns %v, want %v", table, all[table], want)
		}
	}
	must(t, each(t.Context(), s.read, `SELECT m.name, k."table" FROM sqlite_master m, pragma_foreign_key_list(m.name) k`, func(r *sql.Rows) error {
		var from, to string
		err := r.Scan(&from, &to)
		if from == "receipts" || to == "receipts" || to == "responses" {
			t.Errorf("%s refers to %s", from, to)
		}
		if strings.HasPrefix(from, "mail_") != strings.HasPrefix(to, "mail_") && to != "waves" && to != "agencies" {
			t.Errorf("%s refers to %s", from, to)
		}
		return err
	}))
	for table, columns := range all {
		if strings.HasPrefix(table, "mail_") {
			if !slices.Equal(columns, mailTables[table]) {
				t.Errorf("%s has columns %v, want %v", table, columns, mailTables[table])
			}
			continue
		}
		if want, ok := staffTables[table]; ok {
			if !slices.Equal(columns, want) {
				t.Errorf("%s has columns %v, want %v", table, columns, want)
			}
			continue
		}
		for _, c := range columns {
			for _, word := range []string{"ip", "address", "agent", "phone", "email", "created", "updated", "time"} {
				if c == word || strings.HasPrefix(c, word+"_") || strings.HasSuffix(c, "_"+word) {
					t.Errorf("%s has a column %s", table, c)
				}
			}
		}
	}
}

// TestTheFileDoesNotTellTheOrder stores answers one by one under receipts of known order and looks for that order in
// the bytes of the file, as somebody would who has a copy of it: answers lie sorted by content inside their block, and
// receipts by digest, wherever in a page they lie.
func TestTheFileDoesNotTellTheOrder(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, Options{})
	define(t, s, 1)
	w := mustWave(t, s, "w")
	list := entries(t, w, 60)
	for _, e := range list {
		_, err := s.Append(t.Context(), e)
		must(t, err)
	}
	var key placeKey
	must(t, s.read.QueryRow(`SELECT wave, agency FROM tallies`).Scan(&key.wave, &key.agency))
	p := place{placeKey: key}
	must(t, p.readCircumstances(s.read))
	must(t, s.Close())
	file, err := os.ReadFile(s.path)
	must(t, err)
	find := func(what string, needles [][]byte) (order []int) {
		at := map[int]int{}
		for i, n := range needles {
			if found := bytes.Count(file, n); found != 1 {
				t.Fatalf("%s %d is in the file %d times", what, i, found)
			}
			at[i] = bytes.Index(file, n)
		}
		for i := range needles {
			order = append(order, i)
		}
		slices.SortFunc(order, func(a, b int) int { return at[a] - at[b] })
		return order
	}
	var receipts, responses [][]byte
	for _, e := range list {
		receipts = append(receipts, e.Receipt[:])
		record, err := record{e.Day, e.Mode, p.how.of(e.Circumstances), e.Seconds, e.Marks, e.Packed}.appendTo(nil)
		must(t, err)
		responses = append(responses, record)
	}
	byContent := func(needles [][]byte) (order []int) {
		for i := range needles {
			order = append(order, i)
		}
		slices.SortFunc(order, func(a, b int) int { return bytes.Compare(needles[a], needles[b]) })
		return order
	}
	if got, want := find("answer", responses), byContent(responses); !slices.Equal(got, want) {
		t.Errorf("answers lie in the order %v, not by content", got)
	}
	if got, want := find("receipt", receipts), byContent(receipts); !slices.Equal(got, want) {
		t.Errorf("receipts lie in the order %v, not by digest", got)
	}
}

// TestOldPagesDoNotStay: what a block looked like before is neither in free space of the file nor, after a pause, in
// the log. The very first answer's block was rewritten 39 times.
func TestOldPagesDoNotStay(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, Options{})
	define(t, s, 1)
	var before [][]byte
	for i, e := range entries(t, mustWave(t, s, "w"), 40) {
		_, err := s.Append(t.Context(), e)
		must(t, err)
		if i == 10 || i == 20 {
			before = append(before, blockOf(t, s))
		}
	}
	for deadline := time.Now().Add(20 * time.Second); sizeOf(t, s.path+"-wal") > 0; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the log is still there")
		}
	}
	file, err := os.ReadFile(s.path)
	must(t, err)
	for i, old := range before {
		if bytes.Contains(file, old) {
			t.Errorf("block %d is still in the file as it was", i)
		}
	}
	if now := blockOf(t, s); !bytes.Contains(file, now) {
		t.Error("the block as it is now is not in the file: the test looks in the wrong place")
	}
}

func blockOf(t *testing.T, s *Store) (body []byte) {
	t.Helper()
	must(t, s.read.QueryRow(`SELECT body FROM responses`).Scan(&body))
	return body
}
