package data

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"thuocdo/data/filetype"
	"thuocdo/data/filetype/filetest"
	"thuocdo/scoring/assess"
	"thuocdo/survey/audit"
)

const season26 = "par-2026"

// collecting is a store with an open season of two agencies.
func collectingStore(t testing.TB, opt Options) *Store {
	t.Helper()
	s := mustOpen(t, opt)
	must(t, s.PutSeason(t.Context(), planned(parIndex(t, s))))
	must(t, s.OpenSeason(t.Context(), season26))
	return s
}

func document(agency, name, number string) assess.Document {
	return assess.Document{Agency: agency, File: assess.File{Name: name}, Number: number}
}

// keep takes a file in for the first leaf of an agency.
func keep(t testing.TB, s *Store, agency, name, number string, file []byte, leaf string) assess.Document {
	t.Helper()
	return must1(s.AddDocument(t.Context(), season26, document(agency, name, number), bytes.NewReader(file), leaf, "3"))(t)
}

// filesOf returns the names of all files of a vault.
func filesIn(t testing.TB, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			names = append(names, strings.TrimPrefix(path, dir+"/"))
		}
		return nil
	})
	must(t, err)
	return names
}

// wantFiles wants the check of files to find nothing.
func wantFiles(t testing.TB, s *Store) {
	t.Helper()
	if c := must1(s.Files(t.Context(), true))(t); len(c.Problems) > 0 {
		t.Errorf("%+v", c.Problems)
	}
}

// age makes the files of a vault two days old.
func age(t testing.TB, dir string) {
	t.Helper()
	old := time.Now().Add(-48 * time.Hour)
	for _, name := range filesIn(t, dir) {
		must(t, os.Chtimes(filepath.Join(dir, name), old, old))
	}
}

func TestAFileIsKeptOnceBesideTheDatabase(t *testing.T) {
	t.Parallel()
	s := collectingStore(t, Options{})
	before := len(acts(t, s))
	pdf := filetest.PDF("x")
	d := keep(t, s, "x-000", `C:\kế hoạch.pdf`, "12/QĐ", pdf, "1.1.1")
	again := keep(t, s, "x-000", "tên khác.pdf", "13/QĐ", pdf, "1.1.1")
	other := keep(t, s, "x-001", "b.pdf", "12/QĐ", pdf, "")
	if d.Name != "kế hoạch.pdf" || d.Type != filetype.PDF || d.Size != int64(len(pdf)) || again.Number != "12/QĐ" || again.Name != d.Name || other.Name != "b.pdf" {
		t.Errorf("%+v\n%+v\n%+v", d, again, other)
	}
	want := d.Digest[:2] + "/" + d.Digest[2:]
	if got := filesIn(t, s.vault.dir); !slices.Equal(got, []string{want}) {
		t.Errorf("files %q, want %s", got, want)
	}
	if info, err := os.Stat(s.vault.path(d.Digest)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	list := must1(s.Documents(t.Context(), season26, "x-000"))(t)
	if len(list) != 1 || !slices.Equal(list[0].Leaves, []string{"1.1.1"}) || list[0].Submitted {
		t.Errorf("%+v", list)
	}
	sheet := must1(s.Sheet(t.Context(), season26, "x-000"))(t)
	if e := sheet.Leaves["1.1.1"].Claim.Evidence; len(e) != 1 || *e[0].File != d.File || e[0].Page != "3" || e[0].Number != "12/QĐ" {
		t.Errorf("%+v", e)
	}
	if held := must1(s.Holders(t.Context(), season26, d.Digest))(t); len(held) != 2 || held[0].Agency == held[1].Agency {
		t.Errorf("%+v", held)
	}
	if held := must1(s.Holders(t.Context(), "none", d.Digest))(t); len(held) != 0 {
		t.Errorf("%+v", held)
	}
	f := must1(s.OpenDocument(d))(t)
	defer f.Close()
	if b, err := io.ReadAll(f); err != nil || !bytes.Equal(b, pdf) {
		t.Error("other bytes")
	}
	log := []string{"document par-2026 x-000 " + d.Digest + " added", "leaf par-2026 x-000 1.1.1 added", "document par-2026 x-001 " + d.Digest + " added"}
	if got := acts(t, s)[before:]; !slices.Equal(got, log) {
		t.Errorf("logged %q, want %q", got, log)
	}
	wantHealthy(t, s)
	wantFiles(t, s)
}

// endless gives zeros, and counts them.
type endless struct{ n int64 }

func (e *endless) Read(b []byte) (int, error) {
	if e.n > 2<<30 {
		return 0, io.EOF
	}
	clear(b)
	e.n += int64(len(b))
	return len(b), nil
}

type reads func(b []byte) (int, error)

func (r reads) Read(b []byte) (int, error) { return r(b) }

func TestWhatIsRefusedLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	pdf := filetest.PDF("x")
	huge, lost := &endless{}, errors.New("connection reset")
	good := func() io.Reader { return bytes.NewReader(pdf) }
	refused := func(want assess.Reason) func(error) bool {
		return func(err error) bool { r := new(assess.Refused); return errors.As(err, &r) && r.Reason == want }
	}
	is := func(want error) func(error) bool { return func(err error) bool { return errors.Is(err, want) } }
	late := func() time.Time { return during().Add(time.Hour) }
	scan := func(err error) Scan {
		return func(_ context.Context, path string) error {
			if b, e := os.ReadFile(path); e != nil || !bytes.Equal(b, pdf) {
				return nil // it would be taken
			}
			return err
		}
	}
	for name, c := range map[string]struct {
		opt  Options
		d    assess.Document
		in   io.Reader
		leaf string
		want func(error) bool
	}{
		"two gigabytes":            {Options{Most: 1 << 20}, document("x-000", "a.pdf", "1"), huge, "", refused(assess.FileLarge)},
		"a lost connection":        {Options{}, document("x-000", "a.pdf", "1"), io.MultiReader(bytes.NewReader(pdf[:99]), reads(func([]byte) (int, error) { return 0, lost })), "", is(lost)},
		"an empty file":            {Options{}, document("x-000", "a.pdf", "1"), bytes.NewReader(nil), "", refused(assess.FileEmpty)},
		"a file that lies":         {Options{}, document("x-000", "a.docx", "1"), good(), "", refused(assess.FileLies)},
		"macros":                   {Options{}, document("x-000", "a.docx", "1"), bytes.NewReader(filetest.DOCX("x", filetest.Part{Name: "word/vbaProject.bin", Body: "x"})), "", refused(assess.FileMacro)},
		"a virus":                  {Options{Scan: scan(&assess.Refused{Reason: assess.FileFound})}, document("x-000", "a.pdf", "1"), good(), "", refused(assess.FileFound)},
		"a scanner that is broken": {Options{Scan: scan(errors.New("no daemon"))}, document("x-000", "a.pdf", "1"), good(), "", refused(assess.FileUnscanned)},
		"no number":                {Options{}, document("x-000", "a.pdf", " "), good(), "", func(err error) bool { return err != nil }},
		"another season's agency":  {Options{}, document("x-002", "a.pdf", "1"), good(), "", is(assess.ErrNoSheet)},
		"a leaf that there is not": {Options{}, document("x-000", "a.pdf", "1"), good(), "99", func(err error) bool { return err != nil }},
		"after the deadline":       {Options{Now: late}, document("x-000", "a.pdf", "1"), good(), "", is(assess.ErrLate)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := collectingStore(t, c.opt)
			before := len(acts(t, s))
			if _, err := s.AddDocument(t.Context(), season26, c.d, c.in, c.leaf, ""); !c.want(err) {
				t.Errorf("%v", err)
			}
			var rows int
			must(t, s.read.QueryRow(`SELECT (SELECT count(*) FROM evidence) + (SELECT count(*) FROM sheet_leaves)`).Scan(&rows))
			if files := filesIn(t, filepath.Dir(s.path)); rows > 0 || slices.ContainsFunc(files, func(f string) bool { return strings.Contains(f, "evidence") }) || len(acts(t, s)) != before {
				t.Errorf("%d rows, files %q", rows, files)
			}
		})
	}
	t.Cleanup(func() {
		if huge.n > 2<<20 {
			t.Errorf("%d bytes were read of a file that is too large", huge.n)
		}
	})
}

// The deadline may pass, or the sheet be submitted, while a file is on its way.
func TestAFileThatComesTooLateIsNotKept(t *testing.T) {
	t.Parallel()
	now := during()
	s := collectingStore(t, Options{Now: func() time.Time { return now }})
	pdf := filetest.PDF("x")
	slow := io.MultiReader(bytes.NewReader(pdf[:99]), reads(func([]byte) (int, error) { now = now.Add(time.Hour); return 0, io.EOF }), bytes.NewReader(pdf[99:]))
	if _, err := s.AddDocument(t.Context(), season26, document("x-000", "a.pdf", "1"), slow, "", ""); !errors.Is(err, assess.ErrLate) {
		t.Errorf("%v", err)
	}
	if got := filesIn(t, s.vault.dir); len(got) > 0 {
		t.Errorf("left behind: %q", got)
	}
}

func TestADocumentGoesUnlessAClaimOrASubmissionNeedsIt(t *testing.T) {
	t.Parallel()
	s := collectingStore(t, Options{})
	ctx := t.Context()
	p := must1(s.Framework(ctx, planned(parIndex(t, s)).Framework, "", "2026"))(t)
	used := keep(t, s, "x-000", "a.pdf", "1", filetest.PDF("a"), "1.1.1")
	free := keep(t, s, "x-000", "b.pdf", "2", filetest.PDF("b"), "")
	for range 2 { // once more is harmless
		must(t, s.RemoveDocument(ctx, season26, "x-000", free.Digest))
	}
	if err := s.RemoveDocument(ctx, season26, "x-000", used.Digest); !errors.Is(err, assess.ErrUsed) {
		t.Errorf("used: %v", err)
	}
	age(t, s.vault.dir)
	must(t, os.Chtimes(s.vault.path(free.Digest), time.Now(), time.Now()))
	if n := must1(s.SweepFiles(ctx))(t); n != 0 {
		t.Errorf("%d files swept on the day", n)
	}
	age(t, s.vault.dir)
	if n := must1(s.SweepFiles(ctx))(t); n != 1 || len(filesIn(t, s.vault.dir)) != 1 {
		t.Errorf("%d files swept", n)
	}
	var filled []assess.Act
	for _, a := range claims(t, p) {
		f := a.(assess.Fill)
		if f.Leaf == "1.1.1" {
			f.Seen, f.Claim.Evidence = 1, []assess.Evidence{used.Evidence("3")}
		}
		filled = append(filled, f)
	}
	must(t, s.Assess(ctx, season26, turn("x-000", append(filled, assess.Submit{Head: "A"})...)))
	if err := s.RemoveDocument(ctx, season26, "x-000", used.Digest); !errors.Is(err, assess.ErrKept) {
		t.Errorf("after submitting: %v", err)
	}
	must(t, s.Assess(ctx, season26, turn("x-000", assess.Reopen{To: assess.Draft, Reason: "x"}, assess.Detach{Leaf: "1.1.1", Key: used.Evidence("3").Key()})))
	if err := s.RemoveDocument(ctx, season26, "x-000", used.Digest); !errors.Is(err, assess.ErrKept) {
		t.Errorf("submitted once: %v", err)
	}
	season := planned(p)
	season.Agencies = []string{"x-001"}
	if err := s.PutSeason(ctx, season); err == nil {
		t.Error("an agency left that had submitted documents")
	}
	season.Agencies = []string{"x-000"}
	keep(t, s, "x-001", "c.pdf", "3", filetest.PDF("c"), "1.1.1")
	if err := s.PutSeason(ctx, season); err == nil {
		t.Error("an agency left that keeps a document")
	}
	if list := must1(s.Documents(ctx, season26, "x-000"))(t); len(list) != 1 || !list[0].Submitted || list[0].Leaves != nil {
		t.Errorf("%+v", list)
	}
	wantHealthy(t, s)
	wantFiles(t, s)
}

func TestClaimsFindTheirFilesByNumberAndNeverThoseOfOthers(t *testing.T) {
	t.Parallel()
	s := collectingStore(t, Options{})
	ctx := t.Context()
	one := keep(t, s, "x-000", "a.pdf", "12/QĐ", filetest.PDF("a"), "")
	keep(t, s, "x-000", "b.pdf", "13/QĐ", filetest.PDF("b"), "")
	keep(t, s, "x-000", "c.pdf", "13/QĐ", filetest.PDF("c"), "")
	foreign := keep(t, s, "x-001", "d.pdf", "14/QĐ", filetest.PDF("d"), "")
	lied := one.Evidence("")
	lied.File = &assess.File{Digest: one.Digest, Name: "../../x.exe", Type: "text/html", Size: 1}
	must(t, s.Assess(ctx, season26, turn("x-000", assess.Fill{Leaf: "1.1.1", Claim: assess.Claim{Evidence: []assess.Evidence{{Number: "12/QĐ", Issuer: "UBND"}, {Number: "13/QĐ"}, {Number: "14/QĐ"}, lied}}})))
	e := must1(s.Sheet(ctx, season26, "x-000"))(t).Leaves["1.1.1"].Claim.Evidence
	if e[0].File == nil || *e[0].File != one.File || e[0].Issuer != "UBND" || e[1].File != nil || e[2].File != nil || *e[3].File != one.File {
		t.Errorf("%+v", e)
	}
	for name, f := range map[string]assess.Evidence{"another agency's": foreign.Evidence(""), "no": {Number: "1", File: &assess.File{Digest: strings.Repeat("0", 64)}}} {
		if err := s.Assess(ctx, season26, turn("x-000", assess.Attach{Leaf: "1.1.2", Evidence: f})); !errors.Is(err, assess.ErrNoDocument) {
			t.Errorf("%s file: %v", name, err)
		}
	}
	wantFiles(t, s)
}

func TestFilesBesideTheDatabaseAreExamined(t *testing.T) {
	t.Parallel()
	s := collectingStore(t, Options{})
	gone, changed, short := keep(t, s, "x-000", "a.pdf", "1", filetest.PDF("a"), "1.1.1"), keep(t, s, "x-000", "b.pdf", "2", filetest.PDF("b"), ""), keep(t, s, "x-001", "c.pdf", "3", filetest.PDF("c"), "")
	must(t, os.Remove(s.vault.path(gone.Digest)))
	b := must1(os.ReadFile(s.vault.path(changed.Digest)))(t)
	b[20] ^= 1
	must(t, os.WriteFile(s.vault.path(changed.Digest), b, 0o600))
	must(t, os.Truncate(s.vault.path(short.Digest), 5))
	orphan := s.vault.path(strings.Repeat("ab", 32))
	must(t, makeFolder(filepath.Dir(orphan)))
	must(t, os.WriteFile(orphan, []byte("x"), 0o600))
	age(t, s.vault.dir)
	must(t, s.change(t.Context(), func(q querier) error {
		_, err := q.ExecContext(t.Context(), `UPDATE sheet_leaves SET body = replace(body, '`+gone.Digest+`', '`+strings.Repeat("0", 64)+`')`)
		return err
	}))
	c := must1(s.Files(t.Context(), false))(t)
	want := map[string]string{gone.Digest[:12] + " a.pdf": "the file is gone", changed.Digest[:12] + " b.pdf": "the content of the file was changed", short.Digest[:12] + " c.pdf": "the file has 5 bytes",
		"par-2026 1.1.1": "it refers to a document that is not kept: 000000000000", orphan: "it belongs to no document"}
	for _, p := range c.Problems {
		if w, ok := want[p.Item]; !ok || !strings.HasPrefix(p.Message["en"], w) || p.Message["vi"] == "" {
			t.Errorf("found %+v", p)
		}
		delete(want, p.Item)
	}
	if len(want) > 0 {
		t.Errorf("not found: %v", want)
	}
	keep(t, s, "x-000", "b.pdf", "2", filetest.PDF("b"), "") // what comes again heals
	if c := must1(s.Files(t.Context(), true))(t); slices.ContainsFunc(c.Problems, func(p Problem) bool { return strings.Contains(p.Item, "b.pdf") }) {
		t.Error("a damaged file was not replaced by its like")
	}
	var found []string
	for _, x := range must1(s.Doctor(t.Context()))(t).Checks {
		for _, p := range x.Problems {
			found = append(found, x.Name+" "+p.Item)
		}
	}
	if !slices.Contains(found, "audited leaf par-2026 x-000 1.1.1") {
		t.Errorf("doctor found %q", found)
	}
}

// What a killed process was receiving is gone at the next start; a file that has its name and no row goes with a sweep.
func TestAKilledProcessLeavesNothingForLong(t *testing.T) {
	t.Parallel()
	s := collectingStore(t, Options{})
	f := must1(s.vault.create())(t)
	must(t, f.Close())
	fresh, err := s.vault.settle(must1(s.vault.create())(t).Name(), strings.Repeat("ab", 32))
	if !fresh || err != nil {
		t.Fatal(fresh, err)
	}
	must(t, s.Close())
	s = mustOpenAt(t, s.path, Options{})
	if got := filesIn(t, s.vault.dir); len(got) != 1 {
		t.Errorf("%q", got)
	}
	age(t, s.vault.dir)
	if n := must1(s.SweepFiles(t.Context()))(t); n != 1 || len(filesIn(t, s.vault.dir)) != 0 {
		t.Errorf("%d swept", n)
	}
}

func TestTamperingWithDocumentsIsFoundAndNamed(t *testing.T) {
	t.Parallel()
	s := collectingStore(t, Options{})
	ctx := audit.With(t.Context(), audit.Actor{Name: "lan"})
	d := must1(s.AddDocument(ctx, season26, document("x-000", "a.pdf", "1"), bytes.NewReader(filetest.PDF("a")), "1.1.1", ""))(t)
	must(t, s.Close())
	for _, sql := range []string{`UPDATE evidence SET number = '2'`, `UPDATE evidence SET author = 'minh'`, `UPDATE evidence SET digest = '` + strings.Repeat("0", 64) + `'`, `DELETE FROM evidence`} {
		path := copyOf(t, s.path)
		tamper(t, path, sql)
		named := false
		for _, c := range examine(t, path).Checks {
			named = named || slices.ContainsFunc(c.Problems, func(p Problem) bool { return c.Name == CheckAudited && p.Item == "document par-2026 x-000 "+d.Digest })
		}
		if !named {
			t.Errorf("%s is not found", sql)
		}
	}
}
