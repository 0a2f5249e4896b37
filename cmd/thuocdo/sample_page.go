package main

import (
	"bytes"
	"context"

	"thuocdo/data/tabular"
	"thuocdo/survey"
	"thuocdo/survey/sample"
	"thuocdo/web"
)

// pageFrame bounds a list that is sent to a page and kept in memory while somebody draws from it.
var pageFrame = tabular.Limits{File: 8 << 20, Part: 64 << 20, Rows: 200_000, Cells: 2_000_000}

// sampling lets pages do what 'sample draw' and 'import sample' do, by the same code.
func sampling() web.Sampling {
	return web.Sampling{
		Read: func(ctx context.Context, file []byte) (*sample.Frame, error) {
			return frameOf(tabular.Rows(ctx, bytes.NewReader(file), pageFrame), func() {})
		},
		Draw: func(name string, f *sample.Frame, d sample.Design) (*sample.Sample, []byte, []byte, error) {
			s, table, err := drawTable(f, d)
			if err != nil {
				return nil, nil, nil, err
			}
			r := newDrawRecord(name, f, s, d, table)
			record, err := r.bytes()
			return s, table, record, err
		},
		Design: func(ctx context.Context, table []byte, agency string) (*survey.Design, error) {
			file, err := (&importSampleCmd{Agency: agency, Unit: "unit", Class: "class"}).rows(ctx, bytes.NewReader(table))
			if err != nil {
				return nil, err
			}
			return file.Design()
		},
	}
}
