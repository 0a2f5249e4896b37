package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
)

// readSurvey takes in a file of answers: responses (one row per person, one column per question) or counts
// (agency,item,level,count).
func (in *indexInput) readSurvey(ctx context.Context, r io.Reader, found *phrase.Mistakes) (notes []string, err error) {
	s := surveySheet{in: in, found: found, by: map[string]*scoring.Ratings{}, seen: map[[3]string]bool{}}
	ignored, err := in.rows(ctx, r, in.inSurvey, found, s.head, s.row)
	if err != nil || len(*found) > 0 {
		return nil, err
	}
	for code, ratings := range s.by {
		in.units[code].Survey = ratings
	}
	if len(ignored) > 0 {
		notes = append(notes, "ignored columns: "+strings.Join(ignored, ", "))
	}
	if len(s.absent) > 0 {
		notes = append(notes, "no column for questions: "+strings.Join(s.absent, ", "))
	}
	return notes, nil
}

// surveySheet is a file of answers being read.
type surveySheet struct {
	in     *indexInput
	found  *phrase.Mistakes
	counts bool
	groups [][]string // rated questions of the file, as the moments are kept
	rated  []string   // the same in one list
	others []string   // questions of the file that are not rated
	absent []string   // questions of the framework that are not in the file
	by     map[string]*scoring.Ratings
	seen   map[[3]string]bool
}

func (s *surveySheet) head(x sheetRow) {
	s.in.grouped(x, s.found)
	_, item := x.at["item"]
	_, count := x.at["count"]
	if s.counts = item && count; s.counts {
		s.groups = s.in.plan.Basis()
		return
	}
	questions := s.in.plan.Questions()
	has := func(q string) bool { _, ok := x.at[q]; return ok }
	for _, q := range questions {
		switch {
		case !has(q):
			s.absent = append(s.absent, q)
		case !s.in.plan.Rates(q):
			s.others = append(s.others, q)
		}
	}
	if len(s.absent) == len(questions) {
		s.found.Add(fmt.Sprintf("row %d", x.line), "không cột nào là câu hỏi mà bộ chỉ số dùng (%s)", "no column is a question that the framework takes answers of (%s)", someOf(questions))
		return
	}
	for _, g := range s.in.plan.Basis() {
		if g = slices.DeleteFunc(g, func(q string) bool { return !has(q) }); len(g) > 0 {
			s.groups, s.rated = append(s.groups, g), append(s.rated, g...)
		}
	}
}

func someOf(words []string) string {
	if len(words) == 0 {
		return "–"
	}
	if len(words) > 12 {
		words = append(slices.Clone(words[:12]), "…")
	}
	return strings.Join(words, ", ")
}

func (s *surveySheet) row(x sheetRow) {
	code := x.get("agency")
	if s.in.scored && s.in.units[code] == nil {
		s.found.Add(x.place("agency"), "cơ quan %q không có trong tệp điểm", "agency %q is not in the file of scores", code)
		return
	}
	u, _ := s.in.unit(x, s.found)
	ratings := s.by[u.Code]
	if ratings == nil {
		ratings = scoring.NewRatings(s.groups)
		s.by[u.Code] = ratings
	}
	if s.counts {
		s.count(x, ratings)
		return
	}
	s.person(x, ratings)
}

// person counts one row of responses.
func (s *surveySheet) person(x sheetRow, ratings *scoring.Ratings) {
	values := make([]int, len(s.rated))
	for i, q := range s.rated {
		cell := x.get(q)
		if cell == "" {
			continue
		}
		v, ok := rating(cell)
		if !ok {
			s.found.Add(x.place(q), "%q: cần một mức từ 1 đến 5, hoặc để trống nếu không trả lời", "%q: a rating of 1 to 5 is expected, or nothing where not answered", cell)
		}
		values[i] = v
	}
	for _, q := range s.others {
		if cell := x.get(q); cell != "" {
			ratings.Choose(q, cell, 1)
		}
	}
	// Add refuses only what was noted above.
	if err := ratings.Add(values); err != nil && len(*s.found) == 0 {
		s.found.Add(fmt.Sprintf("row %d", x.line), "%v", "%v", err)
	}
}

func rating(cell string) (int, bool) {
	v, err := strconv.Atoi(strings.TrimSuffix(cell, ".0"))
	if err != nil || v < 1 || v > 5 {
		return 0, false
	}
	return v, true
}

// count counts one row of agency,item,level,count.
func (s *surveySheet) count(x sheetRow, ratings *scoring.Ratings) {
	item, level := x.get("item"), x.get("level")
	if !slices.Contains(s.in.plan.Questions(), item) {
		s.found.Add(x.place("item"), "bộ chỉ số không dùng câu hỏi %q; các câu: %s", "the framework takes no answers of %q; its questions are %s", item, someOf(s.in.plan.Questions()))
		return
	}
	key := [3]string{x.get("agency"), item, level}
	if s.seen[key] {
		s.found.Add(x.place("level"), "mức %q của câu %q ở cơ quan %q có hai dòng", "level %q of %q of agency %q has two rows", level, item, key[0])
	}
	s.seen[key] = true
	n, err := strconv.ParseInt(x.get("count"), 10, 64)
	if err != nil || n < 0 || n > math.MaxInt32 {
		s.found.Add(x.place("count"), "%q: cần một số nguyên không âm", "%q: a whole number, not negative, is expected", x.get("count"))
		return
	}
	if !s.in.plan.Rates(item) {
		ratings.Choose(item, level, n)
		return
	}
	v, ok := rating(level)
	if !ok {
		s.found.Add(x.place("level"), "%q: cần một mức từ 1 đến 5", "%q: a level of 1 to 5 is expected", level)
		return
	}
	if err := ratings.AddCount(item, v, n); err != nil {
		s.found.Add(fmt.Sprintf("row %d", x.line), "%v", "%v", err)
	}
}
