package scribe

import (
	"strings"
	"unicode/utf8"

	"thuocdo/scoring/report/document"
)

// style is a size with bold and italic.
type style struct {
	size         float64
	bold, italic bool
}

// lead is the distance of lines in millimetres.
func (s style) lead() float64 { return s.size * 25.4 / 72 * 1.2 }

// with adds what a run wants.
func (s style) with(r document.Run) style {
	s.bold, s.italic = s.bold || r.Bold, s.italic || r.Italic
	return s
}

func (s style) face() string {
	face := ""
	if s.bold {
		face = "B"
	}
	if s.italic {
		face += "I"
	}
	return face
}

// letters chooses the font, in black.
func (p *leaf) letters(s style) {
	p.SetFont(serif, s.face(), s.size)
	p.SetTextColor(0, 0, 0)
}

// word is text that no line divides, with the space before it.
type word struct {
	text         string
	style        style
	width, space float64
}

// line is words side by side. The last line of a paragraph, and one that ends with a line feed, is not stretched.
type line struct {
	words []word
	width float64
	last  bool
}

// wrap divides runs into lines: the first of one width, the others of another.
func (p *leaf) wrap(runs []document.Run, base style, first, width float64) (lines []line) {
	var now line
	most, glued := first, false
	finish := func(last bool) {
		now.last = last
		lines, now, most = append(lines, now), line{}, width
	}
	for _, r := range runs {
		s := base.with(r)
		p.letters(s)
		space := p.GetStringWidth(" ")
		for n, part := range strings.Split(tidy(r.Text), "\n") {
			if n > 0 {
				finish(true)
				glued = false
			}
			for i, text := range strings.Split(part, " ") {
				if i > 0 {
					glued = false
				}
				for _, text := range p.pieces(text, min(most, width)) {
					x := word{text: text, style: s, width: p.GetStringWidth(text)}
					if len(now.words) > 0 && !glued {
						x.space = space
					}
					if len(now.words) > 0 && now.width+x.space+x.width > most+1e-6 {
						finish(false)
						x.space = 0
					}
					now.words, now.width = append(now.words, x), now.width+x.space+x.width
					glued = true
				}
			}
		}
	}
	finish(true)
	return lines
}

// pieces divides a word that is wider than a line; an empty word is none.
func (p *leaf) pieces(text string, width float64) (parts []string) {
	for text != "" {
		if p.GetStringWidth(text) <= width {
			return append(parts, text)
		}
		n := 0
		for n < len(text) {
			_, size := utf8.DecodeRuneInString(text[n:])
			if n > 0 && p.GetStringWidth(text[:n+size]) > width {
				break
			}
			n += size
		}
		parts, text = append(parts, text[:n]), text[n:]
	}
	return parts
}

// draw writes a line at the present height into a column.
func (p *leaf) draw(l line, x, w float64, align document.Align) {
	stretch := 0.0
	switch align {
	case document.Center:
		x += (w - l.width) / 2
	case document.Right:
		x += w - l.width
	case document.Justified:
		spaces := 0
		for _, word := range l.words {
			if word.space > 0 {
				spaces++
			}
		}
		if !l.last && spaces > 0 {
			stretch = (w - l.width) / float64(spaces)
		}
	}
	// Words of one style that are not stretched are one string: a reader copies and finds it whole.
	for i := 0; i < len(l.words); {
		at, end, text := x, i+1, l.words[i].text
		if l.words[i].space > 0 {
			at += l.words[i].space + stretch
		}
		x = at + l.words[i].width
		for ; stretch == 0 && end < len(l.words) && l.words[end].style == l.words[i].style; end++ {
			if l.words[end].space > 0 {
				text += " "
			}
			text += l.words[end].text
			x += l.words[end].space + l.words[end].width
		}
		p.letters(l.words[i].style)
		p.Text(at, p.y+l.words[i].style.size*25.4/72*0.93, text)
		i = end
	}
}

// put writes one line of text with the letters chosen last into a column.
func (p *leaf) put(x, y, w float64, align document.Align, text string) {
	text = tidy(text)
	switch width := p.GetStringWidth(text); align {
	case document.Center:
		x += (w - width) / 2
	case document.Right:
		x += w - width
	}
	points, _ := p.GetFontSize()
	p.Text(x, y+points*25.4/72*0.93, text)
}

// column writes a text in one style into a column from y down, and returns where it ends and how wide its widest line is.
// Lines in the middle are about equally long.
func (p *leaf) column(x, y, w float64, s style, align document.Align, text string) (end, widest float64) {
	keep := p.y
	p.y = y
	lines := p.wrap(document.Plain(text), s, w, w)
	if align == document.Center {
		lines = p.balance(lines, document.Plain(text), s, w)
	}
	for _, l := range lines {
		p.draw(l, x, w, align)
		p.y, widest = p.y+s.lead(), max(widest, l.width)
	}
	end, p.y = p.y, keep
	return end, widest
}

// balance wraps a text as narrowly as its number of lines lets it.
func (p *leaf) balance(lines []line, runs []document.Run, s style, w float64) []line {
	for n := len(lines); n > 1 && w > 20; {
		w -= 2
		narrow := p.wrap(runs, s, w, w)
		if len(narrow) > n {
			break
		}
		lines = narrow
	}
	return lines
}
