package export

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"thuocdo/scoring"
	"thuocdo/scoring/report"
)

// Cubes lists the formats of figures along several dimensions, in the order they are offered.
var Cubes = []report.CubeFormat{
	{Name: "json-stat", Ending: "json", Media: "application/json", Write: writeJSONStat},
	{Name: "sdmx-csv", Ending: "csv", Media: "application/vnd.sdmx.data+csv; version=2.0.0", Write: writeSDMX},
}

// FindCube returns the format of that name; ok is false for any other name.
func FindCube(name string) (f report.CubeFormat, ok bool) {
	i := slices.IndexFunc(Cubes, func(f report.CubeFormat) bool { return f.Name == name })
	if i < 0 {
		return f, false
	}
	return Cubes[i], true
}

// each calls visit for every cell in row-major order: the last dimension runs fastest.
func each(c *report.Cube, visit func(i int, at []int, x report.Datum) error) error {
	at := make([]int, len(c.Dimensions))
	for i := range size(c) {
		rest := i
		for d := len(at) - 1; d >= 0; d-- {
			n := len(c.Dimensions[d].Items)
			at[d], rest = rest%n, rest/n
		}
		x := c.At(at)
		if x.Known && (math.IsNaN(x.Value) || math.IsInf(x.Value, 0)) {
			return fmt.Errorf("cell %v: %v is not a finite number", at, x.Value)
		}
		if err := visit(i, at, x); err != nil {
			return err
		}
	}
	return nil
}

func size(c *report.Cube) int {
	n := 1
	for _, d := range c.Dimensions {
		n *= len(d.Items)
	}
	return n
}

type statHead struct {
	Version   string              `json:"version"`
	Class     string              `json:"class"`
	Label     string              `json:"label"`
	Source    string              `json:"source,omitempty"`
	Note      []string            `json:"note,omitempty"`
	ID        []string            `json:"id"`
	Size      []int               `json:"size"`
	Role      map[string][]string `json:"role"`
	Dimension map[string]statAxis `json:"dimension"`
	Extension map[string]any      `json:"extension"`
}

type statAxis struct {
	Label    string       `json:"label"`
	Category statCategory `json:"category"`
}

type statCategory struct {
	Index []string            `json:"index"`
	Label map[string]string   `json:"label"`
	Unit  map[string]statUnit `json:"unit,omitempty"`
}

type statUnit struct {
	Label    string `json:"label"`
	Decimals int    `json:"decimals"`
}

// writeJSONStat writes a JSON-stat 2.0 dataset. A value that is not known is null, and "status" says why, by the place of the value.
func writeJSONStat(w io.Writer, c *report.Cube, lang string) error {
	head, err := json.Marshal(statHeadOf(c, lang))
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(w, 32<<10)
	_, _ = out.Write(head[:len(head)-1])
	_, _ = out.WriteString(`,"value":[`)
	status := map[string]string{}
	var num []byte
	err = each(c, func(i int, _ []int, x report.Datum) error {
		num = num[:0]
		if i > 0 {
			num = append(num, ',')
		}
		if x.Known {
			num = appendNumber(num, x.Value)
		} else {
			num = append(num, "null"...)
		}
		if x.Why != scoring.NoGap && !x.Known {
			status[strconv.Itoa(i)] = x.Why.String()
		}
		_, err := out.Write(num)
		return err
	})
	if err != nil {
		return err
	}
	why, err := json.Marshal(status)
	if err != nil {
		return err
	}
	_, _ = out.WriteString(`],"status":`)
	_, _ = out.Write(why)
	_, _ = out.WriteString("}\n")
	return out.Flush()
}

func statHeadOf(c *report.Cube, lang string) statHead {
	h := statHead{Version: "2.0", Class: "dataset", Label: c.Title.In(lang) + " – " + c.Period, Source: c.Source, Role: map[string][]string{},
		Dimension: map[string]statAxis{}, Extension: map[string]any{"framework": c.Code, "version": c.Version, "provisional": c.Provisional, "groups": groupsOf(c)}}
	for _, n := range c.Notes {
		if text := n.In(lang); text != "" {
			h.Note = append(h.Note, text)
		}
	}
	for _, d := range c.Dimensions {
		h.ID, h.Size = append(h.ID, d.Code), append(h.Size, len(d.Items))
		if d.Role != report.Plain {
			h.Role[string(d.Role)] = append(h.Role[string(d.Role)], d.Code)
		}
		h.Dimension[d.Code] = axis(d, lang)
	}
	return h
}

func axis(d report.Dimension, lang string) statAxis {
	a := statAxis{Label: d.Label.In(lang), Category: statCategory{Index: []string{}, Label: map[string]string{}}}
	if d.Role == report.Metric {
		a.Category.Unit = map[string]statUnit{}
	}
	for _, x := range d.Items {
		a.Category.Index = append(a.Category.Index, x.Code)
		if a.Category.Label[x.Code] = x.Label.In(lang); a.Category.Label[x.Code] == "" {
			a.Category.Label[x.Code] = x.Code
		}
		if d.Role == report.Metric {
			a.Category.Unit[x.Code] = statUnit{x.Unit.In(lang), x.Decimals}
		}
	}
	return a
}

// groupsOf gives the ranking group of every agency: ranks are within one.
func groupsOf(c *report.Cube) map[string]string {
	groups := map[string]string{}
	for _, d := range c.Dimensions {
		if d.Role == report.Geo {
			for i, x := range d.Items {
				groups[x.Code] = c.Groups[i]
			}
		}
	}
	return groups
}

// sdmxFrequency is the code of how often an index comes, in the code list CL_FREQ.
var sdmxFrequency = map[string]string{"year": "A", "half": "S", "quarter": "Q", "month": "M"}

// sdmxStatus is the code of why a value is not there, in the code list CL_OBS_STATUS.
func sdmxStatus(c *report.Cube, x report.Datum) string {
	switch {
	case x.Known && c.Provisional:
		return "P"
	case x.Known:
		return "A"
	case x.Why == scoring.NotApplicable:
		return "M"
	case x.Why == scoring.FewAnswers, x.Why == scoring.WithheldGap:
		return "Q"
	}
	return "O"
}

// writeSDMX writes SDMX-CSV 2.0: an observation a line, identifiers alone.
func writeSDMX(w io.Writer, c *report.Cube, _ string) error {
	out := &csvLine{w: bufio.NewWriterSize(w, 32<<10)}
	line := func(cells ...string) {
		for i, x := range cells {
			out.cell(i, x)
		}
		out.end()
	}
	line("STRUCTURE", "STRUCTURE_ID", "ACTION", "FREQ", "REF_AREA", "INDICATOR", "MEASURE", "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS", "UNIT_MEASURE", "DECIMALS", "RANKING_GROUP")
	id := "THUOCDO:DF_" + strings.ToUpper(report.Identifier(c.Code+"_"+c.Version)) + "(1.0.0)"
	codes := make([][]string, len(c.Dimensions))
	for d := range c.Dimensions {
		codes[d] = identifiers(c.Dimensions[d].Items)
	}
	period := strings.Replace(c.Period, "-H", "-S", 1)
	err := each(c, func(_ int, at []int, x report.Datum) error {
		if x.Void {
			return nil
		}
		value := ""
		if x.Known {
			value = string(appendNumber(nil, x.Value))
		}
		m := c.Dimensions[3].Items[at[3]]
		line("dataflow", id, "I", sdmxFrequency[c.Frequency], codes[1][at[1]], codes[2][at[2]], strings.ToUpper(codes[3][at[3]]), period,
			value, sdmxStatus(c, x), strings.ToUpper(report.Identifier(unitCode(m))), strconv.Itoa(m.Decimals), report.Identifier(c.Groups[at[1]]))
		return out.err
	})
	if err != nil {
		return err
	}
	return out.w.Flush()
}

func unitCode(m report.Item) string {
	if u := m.Unit.In("en"); u != "%" {
		return u
	}
	return "PT" // percent
}

// identifiers makes codes that SDMX takes, none twice.
func identifiers(items []report.Item) []string {
	list, taken := make([]string, len(items)), map[string]bool{}
	for i, x := range items {
		id := report.Identifier(x.Code)
		for k := 2; taken[id]; k++ {
			id = report.Identifier(x.Code) + "_" + strconv.Itoa(k)
		}
		taken[id], list[i] = true, id
	}
	return list
}
