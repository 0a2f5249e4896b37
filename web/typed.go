package web

import (
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	reformed "thuocdo/scoring/reform"
	"thuocdo/web/locale"
)

// typing are the forms that take longer to fill in than a session may last, and how each is written out for somebody who copies it.
var typing = map[string]func(*locale.Locale, url.Values) []keptLine{
	leafPath:           claimLines,
	leafPath + sayName: sayLines,

	seasonsPath + "/:season/phieu/:agency" + documentsName:                            documentWords,
	leafPath + documentsName:                                                          documentWords,
	seasonsPath + "/:season/phieu/:agency" + documentsName + describeName + ":digest": documentWords,
	seasonsPath + "/:season" + appraiseName + "/:leaf":                                judgedLines,
	seasonsPath + "/:season" + appraiseName + "/:leaf/:agency":                        judgedLines,
	seasonsPath + "/:season" + councilName + "/:leaf/:agency":                         judgedLines,
	seasonsPath + "/" + newSeason:                                                     planLines,
	seasonsPath + "/:season/sua":                                                      planLines,
	seasonsPath + "/:season/gia-han":                                                  reasonLines,
	seasonsPath + "/:season/mo-lai":                                                   reasonLines,
	remediesPath + "/:framework/:period/:agency/viec/:task":                           taskLines,
	reformsPath + "/:agency/:period":                                                  reformLines,
}

// types reports whether a request sends one of these forms.
func types(c echo.Context) bool {
	return typing[c.Path()] != nil && c.Request().Method == http.MethodPost
}

// says reports whether a request sends an answer, an explanation or an appeal.
func says(c echo.Context) bool { return c.Path() == leafPath+sayName }

// fileNamed carries the name of a file that has to be chosen again.
const fileNamed = "tep-da-chon"

// sentFields is what a form said, and the name of its file.
type sentFields struct {
	fields url.Values
	file   string
}

const sentKey = "sent"

// keepSent remembers what was read of a form piece by piece: it can be read once only.
func keepSent(c echo.Context, fields url.Values, file *multipart.Part) {
	sent := sentFields{fields: fields}
	if file != nil {
		sent.file = cut(fieldText(file.FileName()))
	}
	c.Set(sentKey, sent)
}

// sentForm returns what the form of a request says, whoever has read it or nobody yet.
func sentForm(c echo.Context) sentFields {
	if sent, ok := c.Get(sentKey).(sentFields); ok {
		return sent
	}
	r := c.Request()
	if parts, err := r.MultipartReader(); err == nil {
		return readParts(c, parts)
	}
	if r.ParseForm() != nil {
		return sentFields{}
	}
	return sentFields{fields: r.PostForm}
}

// passTimeout is how long what is behind the fields of a form may still come: a browser that is cut off while it sends shows no answer.
const passTimeout = 20 * time.Second

// readParts reads the fields that stand before the file of a form, within the bounds of a form.
func readParts(c echo.Context, parts *multipart.Reader) sentFields {
	sent := sentFields{fields: url.Values{}}
	left := int64(uploadRest)
	_ = http.NewResponseController(c.Response()).SetReadDeadline(time.Now().Add(passTimeout)) // where there is none, none is needed
	for range sayFields {
		part, err := parts.NextPart()
		if err != nil {
			break
		}
		if part.FileName() != "" {
			sent.file = cut(fieldText(part.FileName()))
			break
		}
		b, err := io.ReadAll(io.LimitReader(part, min(left, sayBytes)+1))
		if left -= int64(len(b)); err != nil || left < 0 || len(b) > sayBytes {
			break
		}
		sent.fields.Add(part.FormName(), string(b))
	}
	return sent
}

// drain lets the rest of a form pass, within the bounds of its route.
func drain(c echo.Context) {
	_ = http.NewResponseController(c.Response()).SetReadDeadline(time.Now().Add(passTimeout)) // where there is none, none is needed
	_, _ = io.Copy(io.Discard, c.Request().Body)
}

// linesOf writes fields under the words of their labels, in the order given: name, key, name, key.
func linesOf(l *locale.Locale, form url.Values, labels ...string) (list []keptLine) {
	for pair := range slices.Chunk(labels, 2) {
		if text := strings.TrimSpace(strings.Join(form[pair[0]], "\n")); text != "" {
			list = append(list, keptLine{l.T(pair[1]), text})
		}
	}
	return list
}

// documentWords writes what was typed about a document.
func documentWords(l *locale.Locale, form url.Values) []keptLine {
	return linesOf(l, form, "so", "evidence.number", "ngay", "evidence.date", "noi", "evidence.issuer", "trang", "evidence.page")
}

// sayLines writes an answer, an explanation or an appeal, with the document that was to come with it.
func sayLines(l *locale.Locale, form url.Values) []keptLine {
	label := "claim.explain.kind.explain"
	switch {
	case form.Get("lam") == sayAnswer:
		label = "claim.answer"
	case form.Get("loai") == "kien-nghi":
		label = "claim.explain.kind.appeal"
	}
	return append(linesOf(l, form, "y-kien", label), documentWords(l, form)...)
}

// judgedLines writes what an appraiser typed, or who records the votes of the council. Inputs stand under the agency where there are several.
func judgedLines(l *locale.Locale, form url.Values) (list []keptLine) {
	var inputs []string
	for _, f := range carriedOf(form) {
		_, of, several := strings.Cut(f.Name, ".")
		is := func(name string) bool {
			return strings.HasPrefix(name, leafPrefix) || strings.HasPrefix(name, casePrefix)
		}
		switch {
		case f.Value == "":
		case is(f.Name):
			inputs = append(inputs, f.Value)
		case several && is(of):
			agency, _, _ := strings.Cut(f.Name, ".")
			inputs = append(inputs, agency+": "+f.Value)
		}
	}
	if len(inputs) > 0 {
		list = append(list, keptLine{l.T("claim.part.dau-vao"), strings.Join(inputs, "\n")})
	}
	return append(list, linesOf(l, form, reasonField, "appraise.reason", askField, "appraise.ask")...)
}

// taskLines writes a remedial task.
func taskLines(l *locale.Locale, form url.Values) []keptLine {
	labels := []string{"viec", "remedy.task", "phu-trach", "remedy.owner", "han", "remedy.due", "diem", "remedy.expected"}
	for _, f := range carriedOf(form) {
		for prefix, key := range map[string]string{"so-": "remedy.number", "ngay-": "remedy.day", "noi-": "remedy.issuer"} {
			if strings.HasPrefix(f.Name, prefix) {
				labels = append(labels, f.Name, key)
			}
		}
	}
	return linesOf(l, form, append(labels, "ghi-chu", "remedy.note", "loi-ke", "remedy.told")...)
}

// reformLines writes the texts of a report.
func reformLines(l *locale.Locale, form url.Values) (list []keptLine) {
	for _, section := range reformed.Sections {
		if text := strings.TrimSpace(form.Get(string(section))); text != "" {
			list = append(list, keptLine{l.In(section.Title()), text})
		}
	}
	return list
}

// planLines writes the plan of a season.
func planLines(l *locale.Locale, form url.Values) []keptLine {
	return linesOf(l, form, "ma", "season.plan.code", "ten", "season.plan.title", "ten-en", "season.plan.title_en", "bo", "season.plan.framework", "ky", "season.plan.period",
		"vong", "season.rounds", "co-quan", "season.all_sheets", "han-nop", "stage.draft", "han-tham-dinh", "stage.submitted", "han-giai-trinh", "stage.appraised",
		"han-vong-hai", "stage.review", "han-hoi-dong", "stage.council", "nhac", "season.plan.remind", "tham-dinh", "season.appraisers", "hoi-dong", "season.plan.members",
		"so-phieu", "season.plan.quorum")
}

// reasonLines writes why an agency gets more time, or its sheet is opened again.
func reasonLines(l *locale.Locale, form url.Values) []keptLine {
	return linesOf(l, form, "gh-co-quan", "desk.agency", "gh-han", "season.extend.until", "gh-ly-do", "season.reopen.reason", "co-quan", "desk.agency", "ly-do", "season.reopen.reason")
}
