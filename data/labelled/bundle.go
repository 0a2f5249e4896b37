package labelled

import (
	"archive/zip"
	"bufio"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"

	"thuocdo/data/tabular"
	"thuocdo/survey/dataset"
)

// skippedCell stands in CSV where somebody was not asked; programs read it as a missing value. No answer is an empty cell.
const skippedCell = "NA"

// part is one file of a bundle.
type part struct {
	name  string
	write func(w io.Writer) error
}

// bundle writes files into a ZIP archive that is the same for the same content.
func bundle(w io.Writer, parts ...part) error {
	z := zip.NewWriter(w)
	for _, p := range parts {
		out, err := z.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Deflate})
		if err == nil {
			err = p.write(out)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return z.Close()
}

// sum counts and hashes what is written through it.
type sum struct {
	bytes int64
	hash  string
}

// csvPart is the rows as CSV; afterwards s knows their size and digest.
func (f *File) csvPart(s *sum) part {
	return part{f.csvName(), func(w io.Writer) error {
		h, n := sha256.New(), &counter{}
		err := f.writeRows(io.MultiWriter(w, h, n))
		s.bytes, s.hash = n.n, hex.EncodeToString(h.Sum(nil))
		return err
	}}
}

func (f *File) csvName() string { return f.Name + ".csv" }

type counter struct{ n int64 }

func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}

// writeRows writes RFC 4180 in UTF-8 without a byte order mark: codes as they are, texts guarded against spreadsheets.
func (f *File) writeRows(w io.Writer) error {
	buffer := bufio.NewWriterSize(w, 1<<16)
	out := csv.NewWriter(buffer)
	row := make([]string, len(f.Variables))
	for i := range f.Variables {
		row[i] = tabular.Guard(f.Variables[i].Name)
	}
	if err := out.Write(row); err != nil {
		return err
	}
	for cells, err := range f.Cells {
		if err != nil {
			return err
		}
		for i, c := range cells {
			row[i] = f.Variables[i].csvCell(c)
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	if out.Flush(); out.Error() != nil {
		return out.Error()
	}
	return buffer.Flush()
}

func (v *Variable) csvCell(c dataset.Cell) string {
	switch {
	case c.Missing == dataset.NotAsked && v.Kind != Text:
		return skippedCell
	case c.Missing != dataset.Present:
		return ""
	case v.Kind == Real, v.Kind == Ordered:
		return strconv.FormatFloat(v.number(c), 'f', -1, 64)
	}
	return tabular.Guard(v.spelt(c))
}
