package export

import (
	"bufio"
	"encoding/json"
	"io"
	"math"
	"strconv"
	"time"

	"thuocdo/scoring/report"
)

type jsonColumn struct {
	Key      string `json:"key"`
	Title    string `json:"title"`
	Type     string `json:"type"`
	Unit     string `json:"unit,omitempty"`
	Decimals int    `json:"decimals,omitempty"` // digits shown on pages; the values here are unrounded
}

type jsonFact struct {
	Key   string `json:"key"`
	Title string `json:"title"`
	Text  string `json:"text"`
}

type jsonHead struct {
	Name     string       `json:"name"`
	Title    string       `json:"title"`
	Language string       `json:"language"`
	Produced string       `json:"produced,omitempty"`
	Columns  []jsonColumn `json:"columns"`
	Method   []jsonFact   `json:"method"`
}

// writeJSON writes one object: the description of the table and "rows", an array of objects by column key with typed
// values; a missing value is null.
func writeJSON(w io.Writer, t *report.Table) error {
	head, err := json.Marshal(describe(t))
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(w, 32<<10)
	_, _ = out.Write(head[:len(head)-1])
	_, _ = out.WriteString(`,"rows":[`)
	if err := writeObjects(out, t, "\n", ",\n"); err != nil {
		return err
	}
	_, _ = out.WriteString("\n]}\n")
	return out.Flush()
}

// writeJSONLines writes the rows alone, an object by column key on each line; a missing value is null.
func writeJSONLines(w io.Writer, t *report.Table) error {
	out := bufio.NewWriterSize(w, 32<<10)
	if err := writeObjects(out, t, "", "\n"); err != nil {
		return err
	}
	_, _ = out.WriteString("\n")
	return out.Flush()
}

// writeObjects writes the rows as objects: before the first stands begin, before every other one between.
func writeObjects(out *bufio.Writer, t *report.Table, begin, between string) (err error) {
	keys := make([][]byte, len(t.Columns))
	for i, c := range t.Columns {
		if keys[i], err = json.Marshal(c.Key); err != nil {
			return err
		}
	}
	line := []byte(begin)
	for row, err := range rows(t) {
		if err != nil {
			return err
		}
		if line, err = appendObject(line, keys, row); err != nil {
			return err
		}
		if _, err := out.Write(line); err != nil {
			return err
		}
		line = append(line[:0], between...)
	}
	return nil
}

func describe(t *report.Table) jsonHead {
	h := jsonHead{Name: t.Name, Title: t.Title, Language: t.Lang, Columns: []jsonColumn{}, Method: []jsonFact{}}
	if !t.Produced.IsZero() {
		h.Produced = t.Produced.Format(time.RFC3339)
	}
	for _, c := range t.Columns {
		h.Columns = append(h.Columns, jsonColumn{c.Key, c.Title, c.Type.String(), c.Unit, c.Decimals})
	}
	for _, f := range t.Facts {
		h.Method = append(h.Method, jsonFact(f))
	}
	return h
}

func appendObject(line []byte, keys [][]byte, row []report.Value) ([]byte, error) {
	for i, v := range row {
		line = append(line, "{,"[min(i, 1)])
		line = append(append(line, keys[i]...), ':')
		if v.Missing() {
			line = append(line, "null"...)
			continue
		}
		if x, ok := v.Number(); ok {
			line = appendNumber(line, x)
			continue
		}
		b, err := json.Marshal(v.Text())
		if err != nil {
			return nil, err
		}
		line = append(line, b...)
	}
	return append(line, '}'), nil
}

// appendNumber writes a number in its shortest form, as encoding/json does.
func appendNumber(b []byte, x float64) []byte {
	if size := math.Abs(x); size != 0 && (size < 1e-6 || size >= 1e21) {
		return strconv.AppendFloat(b, x, 'e', -1, 64)
	}
	return strconv.AppendFloat(b, x, 'f', -1, 64)
}
