package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strconv"
	"strings"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// importResponsesCmd loads responses that were collected elsewhere.
type importResponsesCmd struct {
	Wave string `help:"Code of the wave they belong to." required:"" placeholder:"CODE"`
	fileFlags
}

// Examples ends the help of the command.
func (*importResponsesCmd) Examples() []string {
	return []string{
		"thuocdo import responses paper.xlsx --wave sipas-2026 --dry-run",
		"# columns: agency,day[,mode,key,unit,counter,enumerator,language,seconds], then one per question",
		"# several choices are separated by spaces",
		"# importing a file again adds nothing: rows without a key are known by their content",
	}
}

// responseColumns come before the questions.
var responseColumns = header{[]string{"agency", "day"}, append([]string{"mode", "key"}, circumstanceKeys...)}

// Run reads the file twice: first to find every mistake, then to store it.
func (i *importResponsesCmd) Run(ctx context.Context, c *console) error {
	file, done, err := i.seekable(c)
	if err != nil {
		return err
	}
	defer done()
	store, err := i.store(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	w, err := store.OpenWave(i.Wave)
	if errors.Is(err, survey.ErrUnknownWave) {
		return withHint(fmt.Errorf("there is no wave %s", i.Wave), "'thuocdo import wave' adds one")
	}
	if err != nil {
		return err
	}
	read := responseReader{wave: w, header: responseHeader(w.Form)}
	n, err := read.check(ctx, file, c)
	if err != nil {
		return i.fault(err)
	}
	if i.DryRun {
		i.done(c, "%d responses", n)
		return nil
	}
	bar := c.progress("importing", n)
	defer bar.end()
	added, err := store.AppendAll(ctx, w.Code, read.entries(ctx, file, bar))
	if err != nil {
		return i.fault(err)
	}
	bar.end()
	i.done(c, "%d responses (%d were there already)", added, n-added)
	return nil
}

// responseHeader names the columns of a form: agency, day, mode, key, then the questions.
func responseHeader(f *survey.Form) header {
	h := header{responseColumns.required, append(append([]string{}, responseColumns.optional...), qualityKeys...)}
	for q := range f.Len() {
		if f.Question(q).Type != survey.Note {
			h.optional = append(h.optional, f.Question(q).Code)
		}
	}
	if f.Random() {
		h.optional = append(h.optional, survey.OrderField)
	}
	return h
}

// responseReader turns rows into entries of one wave.
type responseReader struct {
	wave   *survey.OpenWave
	header header
	seen   map[[32]byte]int  // equal rows without a key
	keyed  map[[16]byte]used // rows with a key, by the digest of their receipt
}

// used is what a key of the file stands for.
type used struct {
	line    int
	content [16]byte
}

// check reads the whole file and returns how many responses it has, or every mistake in it.
func (r *responseReader) check(ctx context.Context, file *os.File, c *console) (n int, err error) {
	var found phrase.Mistakes
	bar := c.progress("checking", -1)
	defer bar.end()
	err = r.each(ctx, file, &found, func(survey.Entry) error { n++; bar.add(1); return nil })
	if err == nil {
		err = found.Err()
	}
	return n, err
}

// entries reads the file again, now for the store. A mistake that was not there before ends it.
func (r *responseReader) entries(ctx context.Context, file *os.File, bar *progress) iter.Seq2[survey.Entry, error] {
	return func(yield func(survey.Entry, error) bool) {
		var found phrase.Mistakes
		errStopped := errors.New("stopped")
		err := r.each(ctx, file, &found, func(e survey.Entry) error {
			bar.add(1)
			if !yield(e, nil) {
				return errStopped
			}
			return nil
		})
		if err == nil {
			err = found.Err()
		}
		if err != nil && !errors.Is(err, errStopped) {
			yield(survey.Entry{}, fmt.Errorf("the file changed while it was read: %w", err))
		}
	}
}

// each reads every row from the start of the file; rows with mistakes are added to found.
func (r *responseReader) each(ctx context.Context, file *os.File, found *phrase.Mistakes, do func(survey.Entry) error) error {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	r.seen, r.keyed = map[[32]byte]int{}, map[[16]byte]used{}
	return records(ctx, file, r.header, found, func(row record) error {
		e, ok := r.entry(row, found)
		if !ok {
			return nil
		}
		return do(e)
	})
}

// entry turns one row into an entry, or adds its mistakes to found.
func (r *responseReader) entry(row record, found *phrase.Mistakes) (survey.Entry, bool) {
	before := len(*found)
	agency, mode := row.get("agency"), survey.Mode(row.get("mode"))
	if mode == "" {
		mode = survey.Paper
	}
	if !r.wave.Has(agency) {
		found.Add(row.place("agency"), "đợt %s không hỏi về cơ quan %q", "wave %s does not ask about agency %q", r.wave.Code, agency)
	}
	if !mode.Valid() {
		found.Add(row.place("mode"), "hình thức %q: cần web, kiosk, enumerator, paper hoặc api", "mode %q: web, kiosk, enumerator, paper or api is expected", mode)
	}
	day := r.day(row, found)
	answers, faults := r.answers(row)
	for _, f := range faults {
		vi, en := reasonIn(f)
		*found = append(*found, phrase.Mistake{Path: row.place(f.Question), Message: phrase.VI(vi, en)})
	}
	s := survey.Submission{Wave: r.wave.Code, Agency: agency, Mode: mode, Answers: answers, Key: row.get("key"), Circumstances: circumstancesOf(row, found)}
	if s.Key == "" {
		s.Key = r.key(agency, day, mode, answers)
	}
	e, err := s.Entry(r.wave, day)
	if errors.Is(err, survey.ErrBadKey) {
		found.Add(row.place("key"), "khóa phải có 16 đến 128 ký tự ASCII, không có dấu cách", "a key has 16 to 128 ASCII characters without blanks")
	}
	if errors.Is(err, survey.ErrModeClosed) {
		found.Add(row.place("mode"), "đợt %[1]s không nhận phiếu theo hình thức %[2]q", "wave %[1]s takes no answers in mode %[2]q", r.wave.Code, string(mode))
	}
	if errors.Is(err, survey.ErrUnknownUnit) {
		found.Add(row.place("unit"), "mẫu của cơ quan %q không có đơn vị %q", "the sample of agency %[1]q has no unit %[2]q", agency, s.Unit)
	}
	if row.get("key") != "" && err == nil {
		r.once(row, &e, found)
	}
	return e, err == nil && len(*found) == before
}

// circumstancesOf reads how a response came in, or adds its mistakes to found.
func circumstancesOf(row record, found *phrase.Mistakes) survey.Circumstances {
	c := survey.Circumstances{Unit: row.get("unit"), Counter: row.get("counter"), Enumerator: row.get("enumerator"), Language: row.get("language")}
	for _, key := range circumstanceKeys[:3] {
		if (&survey.Circumstances{Unit: row.get(key)}).Check() != nil {
			found.Add(row.place(key), "mã %q: cần 1 đến 40 chữ, số, '.', '_' hoặc '-'", "code %q: 1 to 40 letters, digits, '.', '_' or '-' are expected", row.get(key))
		}
	}
	if (&survey.Circumstances{Language: c.Language}).Check() != nil {
		found.Add(row.place("language"), "ngôn ngữ %q: cần vi hoặc en", "language %q: vi or en is expected", c.Language)
	}
	if text := row.get("seconds"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 {
			found.Add(row.place("seconds"), "số giây %q: cần một số nguyên không âm", "seconds %q: a whole number, not negative, is expected", text)
		}
		c.Seconds = n
	}
	return c
}

// once refuses a key that stood in an earlier row with other content.
func (r *responseReader) once(row record, e *survey.Entry, found *phrase.Mistakes) {
	first, again := r.keyed[e.Receipt]
	if !again {
		r.keyed[e.Receipt] = used{row.line, e.Content}
	} else if first.content != e.Content {
		found.Add(row.place("key"), "khóa đã có ở dòng %d với nội dung khác", "the key stands in row %d with other content", first.line)
	}
}

// answers reads the answers of a row; each question has at most one fault, the first.
func (r *responseReader) answers(row record) (survey.Answers, survey.Faults) {
	form := r.wave.Form
	if day, err := survey.ParseDay(row.get("day")); err == nil {
		form = form.On(day)
	}
	answers, faults := form.Parse(r.raw(row))
	faulty := map[string]bool{}
	for _, f := range faults {
		faulty[f.Question] = true
	}
	for _, f := range form.Check(answers) {
		if !faulty[f.Question] {
			faults = append(faults, f)
		}
	}
	return answers, faults
}

// day reads the day of a response, which must lie within the wave.
func (r *responseReader) day(row record, found *phrase.Mistakes) survey.Day {
	day, err := survey.ParseDay(row.get("day"))
	if err != nil {
		found.Add(row.place("day"), "ngày %q: cần dạng NNNN-TT-NN, ví dụ 2026-07-01", "day %q: YYYY-MM-DD is expected, such as 2026-07-01", row.get("day"))
		return 0
	}
	first, last := survey.DayOf(r.wave.Opens.In(survey.Vietnam)), survey.DayOf(r.wave.Closes.In(survey.Vietnam))
	if day < first || day > last {
		found.Add(row.place("day"), "ngày %s nằm ngoài đợt (%s đến %s)", "day %s is outside the wave (%s to %s)", day, first, last)
	}
	return day
}

// raw returns the answers of a row as a form would send them.
func (r *responseReader) raw(row record) map[string][]string {
	raw := make(map[string][]string, len(r.header.optional))
	if seed := row.get(survey.OrderField); seed != "" && r.wave.Form.Random() {
		raw[survey.OrderField] = []string{seed}
	}
	for i := range r.wave.Form.Len() {
		q := r.wave.Form.Question(i)
		switch v := row.get(q.Code); {
		case v == "" || q.Type == survey.Note || q.Type == survey.Calculate: // computed values are computed again
		case q.Type == survey.Multiple:
			raw[q.Code] = strings.Fields(v)
		default:
			raw[q.Code] = []string{v}
		}
	}
	return raw
}

// key makes the once-only key of a row that has none: from its content, and from how many equal rows came before it.
func (r *responseReader) key(agency string, day survey.Day, mode survey.Mode, a survey.Answers) string {
	content := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%s\x00%s\x00%s", r.wave.Code, agency, day, mode, r.wave.Form.Pack(a)))
	r.seen[content]++
	sum := sha256.Sum256(fmt.Appendf(content[:], "%d", r.seen[content]))
	return "import-" + hex.EncodeToString(sum[:])
}

// reasonIn says in both languages why an answer is refused.
func reasonIn(f survey.Fault) (vi, en string) {
	switch f.Reason {
	case survey.Missing:
		return "thiếu câu trả lời bắt buộc", "a required answer is missing"
	case survey.NotAChoice:
		return "không có lựa chọn này", "there is no such choice"
	case survey.NotANumber:
		return "không phải là số", "it is not a number"
	case survey.NotADate:
		return "không phải là ngày dạng NNNN-TT-NN", "it is not a date YYYY-MM-DD"
	case survey.Unmet:
		return "không thoả điều kiện của câu hỏi", "it does not meet the condition of the question"
	case survey.TooSmall:
		return fmt.Sprintf("nhỏ hơn %g", f.Limit), fmt.Sprintf("it is below %g", f.Limit)
	case survey.TooLarge:
		return fmt.Sprintf("lớn hơn %g", f.Limit), fmt.Sprintf("it is above %g", f.Limit)
	case survey.TooLong:
		return fmt.Sprintf("dài hơn %g ký tự", f.Limit), fmt.Sprintf("it is longer than %g characters", f.Limit)
	case survey.Skipped:
		return "câu này phải bỏ qua theo các câu trả lời trước", "earlier answers skip this question"
	case survey.NoConsent:
		return "câu này chỉ được trả lời khi đã đồng ý cho mục đích của nó", "it may be answered only after consent to its purpose"
	case survey.Several:
		return "chỉ được chọn một", "only one choice is allowed"
	}
	return "câu trả lời không hợp lệ: " + string(f.Reason), "the answer is refused: " + string(f.Reason)
}
