package labelled

import (
	"io"

	"github.com/parquet-go/parquet-go"

	"thuocdo/survey/dataset"
)

// parquetKey is where the file keeps its description, as JSON.
const parquetKey = "thuocdo"

// inOrder is a group whose columns stand as they are listed, not by name.
type inOrder struct {
	parquet.Group
	fields []parquet.Field
}

// Fields returns the columns.
func (g inOrder) Fields() []parquet.Field { return g.fields }

// parquetColumn is a variable, or the reasons why one is missing.
type parquetColumn struct {
	*Variable
	place  int
	reason bool
}

// node is the type of a column: codes as they are, ratings as whole numbers.
func (c parquetColumn) node() parquet.Node {
	switch {
	case c.reason, c.Kind == Coded, c.Kind == Ident:
		return parquet.Encoded(parquet.String(), &parquet.RLEDictionary)
	case c.Kind == Ordered:
		return parquet.Int(32)
	case c.Kind == Date:
		return parquet.Date()
	case c.Kind == Real:
		return parquet.Leaf(parquet.DoubleType)
	}
	return parquet.String()
}

func (c parquetColumn) value(x dataset.Cell) (v parquet.Value) {
	switch {
	case c.reason && x.Missing != dataset.Present:
		v = parquet.ValueOf(reason(x.Missing))
	case c.reason || x.Missing != dataset.Present:
		return parquet.Value{}
	case c.Kind == Ordered:
		v = parquet.ValueOf(int32(c.number(x)))
	case c.Kind == Date:
		v = parquet.ValueOf(int32(x.Number))
	case c.Kind == Real:
		v = parquet.ValueOf(x.Number)
	default:
		v = parquet.ValueOf(c.spelt(x))
	}
	return v
}

// writeParquet writes nullable columns; behind one that not everybody was asked stands NAME_missing, which says why a value is
// missing. The description of the data set is in the metadata under "thuocdo".
func writeParquet(w io.Writer, f *File) error {
	about, err := f.describe()
	if err != nil {
		return err
	}
	columns, schema := parquetSchema(f)
	out := parquet.NewWriter(w, schema, parquet.Compression(&parquet.Snappy), parquet.KeyValueMetadata(parquetKey, string(about)),
		parquet.CreatedBy("thuocdo", "1", ""), parquet.MaxRowsPerRowGroup(100_000))
	rows := make([]parquet.Row, 0, 256)
	flush := func() error {
		_, err := out.WriteRows(rows)
		rows = rows[:0]
		return err
	}
	for cells, err := range f.Cells {
		if err != nil {
			return err
		}
		n := len(rows)
		rows = rows[:n+1]
		rows[n] = rows[n][:0]
		for k, c := range columns {
			v, level := c.value(cells[c.place]), 1
			if v.IsNull() {
				level = 0
			}
			rows[n] = append(rows[n], v.Level(0, level, k))
		}
		if len(rows) == cap(rows) {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := flush(); err != nil {
		return err
	}
	return out.Close()
}

func parquetSchema(f *File) (columns []parquetColumn, schema *parquet.Schema) {
	var vars []Variable
	for i := range f.Variables {
		v := &f.Variables[i]
		columns, vars = append(columns, parquetColumn{v, i, false}), append(vars, Variable{Name: v.Name})
		if v.Skips {
			columns, vars = append(columns, parquetColumn{v, i, true}), append(vars, Variable{Name: v.Name + "_missing"})
		}
	}
	group := inOrder{Group: parquet.Group{}}
	list := names(vars, 200, func(string) bool { return false })
	for i, c := range columns {
		group.Group[list[i]] = parquet.Optional(c.node())
	}
	byName := map[string]parquet.Field{}
	for _, x := range group.Group.Fields() {
		byName[x.Name()] = x
	}
	for _, name := range list {
		group.fields = append(group.fields, byName[name])
	}
	return columns, parquet.NewSchema("responses", group)
}
