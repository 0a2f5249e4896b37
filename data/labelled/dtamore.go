package labelled

import "strings"

// dtaLevel is a number with its words.
type dtaLevel struct {
	value int64
	text  string
}

// levels returns the value labels of a variable.
func (c *dtaColumn) levels(lang string) (list []dtaLevel) {
	if c.labelled() == "" {
		return nil
	}
	for _, l := range c.Levels {
		if text := l.Text.In(lang); text != "" {
			list = append(list, dtaLevel{int64(l.Value), cut(strings.ReplaceAll(text, "\x00", ""), dtaValue)})
		}
	}
	for i, m := range c.missingLevels() {
		list = append(list, dtaLevel{2_147_483_621 + dtaNoAnswer + int64(i), m.Text.In(lang)})
	}
	return list
}

const dtaLabelHead = len("<lbl>") + 4 + dtaNameRoom + 3 + len("</lbl>")

// labelsSize returns the bytes of all value labels.
func (d *dtaWriter) labelsSize() (n int64) {
	for i := range d.columns {
		if list := d.columns[i].levels(d.file.Lang); len(list) > 0 {
			n += int64(dtaLabelHead) + tableSize(list)
		}
	}
	return n
}

func tableSize(list []dtaLevel) int64 {
	n := int64(8 + 8*len(list))
	for _, l := range list {
		n += int64(len(l.text) + 1)
	}
	return n
}

func (d *dtaWriter) labels() {
	d.each("value_labels", func(c *dtaColumn) {
		list := c.levels(d.file.Lang)
		if len(list) == 0 {
			return
		}
		d.text("<lbl>")
		d.number(4, tableSize(list))
		d.field(c.name, dtaNameRoom)
		d.number(3, 0)
		d.number(4, int64(len(list)))
		d.number(4, tableSize(list)-int64(8+8*len(list)))
		at := int64(0)
		for _, l := range list {
			d.number(4, at)
			at += int64(len(l.text) + 1)
		}
		for _, l := range list {
			d.number(4, l.value)
		}
		for _, l := range list {
			d.text(l.text)
			d.number(1, 0)
		}
		d.text("</lbl>")
	})
}

// dtaNote is a characteristic: something kept of a variable, or of the data set under _dta.
type dtaNote struct{ of, key, text string }

// noted lists what has no place elsewhere: names in the questionnaire, codes behind numbers, whole texts that labels cut, the weight.
func (d *dtaWriter) noted() (list []dtaNote) {
	for i := range d.columns {
		c := &d.columns[i]
		if c.words {
			continue
		}
		if c.Weight {
			list = append(list, dtaNote{"_dta", "weight", c.name})
		}
		if c.name != c.Name {
			list = append(list, dtaNote{c.name, "name", c.Name})
		}
		if codes := codesOf(c.Levels); c.coded() && codes != "" {
			list = append(list, dtaNote{c.name, "codes", codes})
		}
		if text := c.Label.In(d.file.Lang); cutRunes(text, dtaLabel) != text {
			list = append(list, dtaNote{c.name, "note1", text}, dtaNote{c.name, "note0", "1"})
		}
	}
	return list
}

func (n *dtaNote) size() int64 {
	return int64(len("<ch>") + 4 + 2*dtaNameRoom + len(n.text) + 1 + len("</ch>"))
}

func (d *dtaWriter) notesSize() (n int64) {
	for _, x := range d.noted() {
		n += x.size()
	}
	return n
}

func (d *dtaWriter) notes() {
	d.part("characteristics", func() {
		for _, x := range d.noted() {
			d.text("<ch>")
			d.number(4, int64(2*dtaNameRoom+len(x.text)+1))
			d.field(x.of, dtaNameRoom)
			d.field(x.key, dtaNameRoom)
			d.text(x.text)
			d.number(1, 0)
			d.text("</ch>")
		}
	})
}
