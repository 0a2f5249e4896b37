package sample

import (
	"fmt"
	"strconv"
	"strings"
)

// Stage is one step of a draw: which units, how, how many.
type Stage struct {
	Unit   string // column that names the unit; within its parent the name is enough
	Method Method
	N      int64   // units: of the whole at the first stage (see Design), of every parent later; 0 where Rate or All says it
	Rate   float64 // share of the units, in (0, 1], in place of N; rounded to the nearest whole number, at least 1
	Size   string  // PPS only: column that adds up to the size of a unit; "" counts the rows of the frame
}

// ParseStage reads UNIT:METHOD:HOW_MANY[:SIZE], such as district:pps:10:people, person:srs:5% or household:all.
func ParseStage(text string) (Stage, error) {
	wrong := func() (Stage, error) {
		return Stage{}, fault("stage "+text, "cần dạng CỘT:CÁCH:SỐ[:QUY_MÔ] với CÁCH là srs, systematic, pps hoặc all, ví dụ huyen:pps:10:dan_so",
			"expected UNIT:METHOD:N[:SIZE] with METHOD srs, systematic, pps or all, such as district:pps:10:people")
	}
	p := strings.Split(text, ":")
	if len(p) < 2 || len(p) > 4 || p[0] == "" {
		return wrong()
	}
	s := Stage{Unit: p[0], Method: Method(p[1])}
	switch s.Method {
	case All:
		if len(p) > 2 {
			return wrong()
		}
		return s, nil
	case SRS, Systematic, PPS:
	default:
		return wrong()
	}
	if len(p) == 4 && (s.Method != PPS || p[3] == "") {
		return wrong()
	}
	if len(p) == 4 {
		s.Size = p[3]
	}
	if len(p) < 3 || p[2] == "" {
		return s, nil // the sizes of the strata say how many
	}
	if rate, ok := strings.CutSuffix(p[2], "%"); ok {
		x, err := strconv.ParseFloat(rate, 64)
		if s.Rate = x / 100; err != nil || !(x > 0 && x <= 100) {
			return wrong()
		}
		return s, nil
	}
	n, err := strconv.ParseInt(p[2], 10, 32)
	if s.N = n; err != nil || n < 1 {
		return wrong()
	}
	return s, nil
}

// String returns the stage as ParseStage reads it.
func (s Stage) String() string {
	out := s.Unit + ":" + string(s.Method)
	switch {
	case s.Rate > 0:
		out += ":" + strconv.FormatFloat(s.Rate*100, 'g', -1, 64) + "%"
	case s.N > 0:
		out += fmt.Sprintf(":%d", s.N)
	}
	if s.Size != "" {
		out += ":" + s.Size
	}
	return out
}

// Design says how a sample is drawn from a frame.
type Design struct {
	Strata     []string         // columns whose combinations are the strata of the first stage; none: one stratum, "all"
	Stages     []Stage          // from the largest units to the rows of the frame
	Sort       []string         // order of the lists for systematic and PPS draws, before the names of the units
	KeepOrder  bool             // lists in the order of the file: the draw then depends on the order of the rows
	Seed       uint64           // of the random numbers
	Allocation Rule             // spreads N of the first stage over the strata: Proportional, Equal or Each
	Least      int64            // units drawn at least in every stratum, where it has so many
	Sizes      map[string]int64 // units to draw by stratum, in place of N of the first stage; names as in Sample
	TakeAll    bool             // where a list is shorter than N, draw all of it; else that is a mistake
	// Step, where given, is called after each unit drawn at the first stage; an error it returns ends the draw.
	Step func(done, total int) error
}

// check finds what is wrong with the design before the frame is read by it.
func (d *Design) check(f *Frame) error {
	var bad faults
	if len(d.Stages) == 0 {
		bad.add("stage", "cần ít nhất một giai đoạn chọn", "at least one stage is needed")
	}
	for i, s := range d.Stages {
		given := s.N > 0 || s.Rate > 0 || s.Method == All
		if i == 0 && d.Sizes != nil {
			if given {
				bad.add("stage "+s.String(), "cỡ mẫu đã có trong tệp sizes; bỏ số ở giai đoạn này", "the sizes of the strata are given; leave the number of this stage out")
			}
		} else if !given {
			bad.add("stage "+s.String(), "thiếu số đơn vị cần chọn", "the number of units to draw is missing")
		}
	}
	if d.Allocation != Proportional && d.Allocation != Equal && d.Allocation != Each {
		bad.add("allocate", "khi chọn mẫu chỉ có proportional, equal, each; với Neyman hãy tính cỡ mẫu trước rồi đưa vào sizes",
			"a draw knows proportional, equal and each; for Neyman compute the sizes first and give them as sizes")
	}
	if err := bad.err(); err != nil {
		return err
	}
	columns := append(append([]string{}, d.Strata...), d.Sort...)
	for _, s := range d.Stages {
		columns = append(columns, s.Unit)
		if s.Size != "" {
			columns = append(columns, s.Size)
		}
	}
	if err := f.need(columns...); err != nil {
		return err
	}
	if f.Len() == 0 {
		return fault("row 2", "danh sách không có đơn vị nào", "the frame has no unit")
	}
	return f.filled(append(append([]string{}, d.Strata...), d.units()...)...)
}

func (d *Design) units() []string {
	out := make([]string, len(d.Stages))
	for i, s := range d.Stages {
		out[i] = s.Unit
	}
	return out
}
