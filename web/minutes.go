package web

import (
	"bytes"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/assess"
	"thuocdo/scoring/report/document"
	"thuocdo/web/problem"
)

// minutesName is the file name of minutes in addresses, before the ending.
const minutesName = "bien-ban"

// minutesFile sends the minutes of the council as an official document.
func (s *Server) minutesFile(c echo.Context) error {
	i := slices.IndexFunc(s.cfg.Documents, func(f document.Format) bool { return f.File(minutesName) == c.Param("file") })
	if i < 0 {
		return problem.ErrNoSuchPage
	}
	f := s.cfg.Documents[i]
	b, err := s.bench(c)
	if err != nil {
		return err
	}
	if !b.whole() {
		return problem.ErrForbidden
	}
	return s.send(c, true, f.Name, b.base()+councilName, "", func() (*copyOf, error) {
		d := b.minutes()
		d.Produced = s.produced(true)
		var out bytes.Buffer
		if err := f.Write(&out, d); err != nil {
			return nil, err
		}
		return newCopy(f.Media, f.File(fileName(d.Name, true)), out.Bytes()), nil
	})
}

// minutes writes down what the council was asked, proposed and decided (biên bản họp hội đồng). When and where it met, who
// chaired it and who kept the minutes is not known here: dots to fill in.
func (b *bench) minutes() *document.Document {
	l := b.w.l
	list := b.appealed()
	d := &document.Document{Name: b.season.Code + "-" + minutesName, Lang: l.Tag(),
		Head: document.Head{Symbol: l.T("minutes.symbol"), Kind: l.T("minutes.kind"), Subject: l.T("minutes.subject", l.In(b.season.Title))},
		Signs: []document.Signature{
			{Authority: []string{l.T("minutes.secretary")}},
			{Authority: []string{l.T("minutes.chair")}},
		},
		Recipients: []string{document.Dots, l.T("minutes.filed", document.Dots)}}
	board := b.season.Board
	d.Blocks = append(d.Blocks, document.Say(l.T("minutes.begun")), document.Say(l.T("minutes.place")),
		document.Say(l.T("minutes.members", len(board.Members), board.Quorum, strings.Join(board.Members, ", "))),
		document.Say(l.T("minutes.chaired")), document.Say(l.T("minutes.kept")), document.Heading{Level: 1, Text: l.T("minutes.content")})
	if len(list) == 0 {
		d.Blocks = append(d.Blocks, document.Say(l.T("minutes.nothing")))
	} else {
		d.Blocks = append(d.Blocks, document.Say(l.T("minutes.lead", len(list))), b.minutesTable(list))
	}
	for i, x := range list {
		d.Blocks = append(d.Blocks, b.minutesItem(i+1, x)...)
	}
	d.Blocks = append(d.Blocks, document.Say(l.T("minutes.end")))
	return d
}

// minutesTable sums the decisions up.
func (b *bench) minutesTable(list []assess.Item) document.Table {
	l := b.w.l
	t := document.Table{Caption: l.T("minutes.table")}
	for _, col := range []document.Column{{Title: "minutes.n", Width: 2, Align: document.Center}, {Title: "minutes.agency", Width: 7}, {Title: "minutes.leaf", Width: 9},
		{Title: "minutes.claimed", Width: 4, Align: document.Right}, {Title: "minutes.appraised", Width: 5, Align: document.Right}, {Title: "minutes.final", Width: 4, Align: document.Right}, {Title: "minutes.result", Width: 6}} {
		col.Title = l.T(col.Title)
		t.Columns = append(t.Columns, col)
	}
	for i, x := range list {
		t.Rows = append(t.Rows, document.Cells(l.Int(int64(i+1)), l.In(b.names[x.Agency]), x.Node.Code+" "+l.In(x.Node.Title),
			b.w.points(x.Claimed), b.w.points(before(x)), b.w.points(x.Standing), l.T(outcomeKey(x))))
	}
	return t
}

// outcomeKey says what became of an appeal.
func outcomeKey(x assess.Item) string {
	switch d := x.Leaf.Decision; {
	case d == nil:
		return "council.open"
	case d.Passed:
		return "council.carried"
	}
	return "council.failed"
}

// minutesItem writes one appeal down.
func (b *bench) minutesItem(n int, x assess.Item) []document.Block {
	l := b.w.l
	said := b.w.itemSaid(x)
	line := func(key, text string) document.Block {
		return document.Paragraph{Runs: []document.Run{{Text: l.T(key) + ": ", Bold: true}, {Text: text}}}
	}
	withPoints := func(words, points string) string { return words + " (" + l.T("minutes.points", points) + ")" }
	list := []document.Block{
		document.Heading{Level: 2, Text: l.T("minutes.item", n, x.Node.Code, l.In(x.Node.Title), l.In(b.names[x.Agency]))},
		line("minutes.claim", withPoints(said.Claim, said.Claimed)),
	}
	if a := x.Leaf.Appraisal; a != nil {
		text := l.T("appraise.said.accepted")
		if a.Input != nil {
			text = withPoints(said.Appraisal, said.Appraised) + ". " + l.T("appraise.reason") + ": " + a.Reason
		}
		list = append(list, line("minutes.appraisal", text))
	}
	asked := "claim.explain.kind.explain"
	if x.Leaf.Appeal.Appeal {
		asked = "minutes.appeal"
	}
	list = append(list, line(asked, x.Leaf.Appeal.Text))
	d := x.Leaf.Decision
	if d == nil {
		return append(list, line("minutes.decision", l.T("council.open")))
	}
	list = append(list, line("minutes.proposal", withPoints(said.Decision, said.Decided)))
	for _, v := range []assess.Vote{assess.For, assess.Against, assess.Abstain} {
		names := b.voters(d, v)
		text := l.Int(int64(len(names)))
		if len(names) > 0 {
			text += " (" + strings.Join(names, ", ") + ")"
		}
		list = append(list, line("council.vote."+string(v), text))
	}
	return append(list, line("minutes.decision", l.T(outcomeKey(x))+". "+l.T("appraise.reason")+": "+d.Reason))
}

// voters names who voted so, in the order of the council.
func (b *bench) voters(d *assess.Decision, v assess.Vote) (names []string) {
	for _, member := range b.season.Board.Members {
		if d.Votes[member] == v {
			names = append(names, member)
		}
	}
	return names
}
