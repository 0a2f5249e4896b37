package estimate

import (
	"math"

	"thuocdo/scoring/phrase"
)

// Figure is a number that may be absent. The zero Figure is absent.
type Figure struct {
	X  float64
	OK bool
}

// figure returns x, absent where x is NaN or infinite.
func figure(x float64) Figure {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return Figure{}
	}
	return Figure{x, true}
}

// Note says why a figure is absent, or how it was got when the usual way does not apply.
type Note uint16

// Notes. Several may hold at once.
const (
	NoteEmpty      Note = 1 << iota // no valid answer in the domain
	NoteZeroWeight                  // the weights of the domain add up to nothing
	NoteZeroDenom                   // the denominator is zero
	NoteOneUnit                     // fewer than two sampling units: no variance
	NoteNoDF                        // no degrees of freedom: no interval
	NoteBoundary                    // share 0 or 1, or no spread between units: the method has no interval
	NoteExact                       // share 0 or 1: exact one-sided bound from n alone
	NoteConstant                    // every value alike: the spread cannot be told from these answers
	NoteUnscaled                    // weights do not add up to a population larger than n: design effect against sampling with replacement
	NoteLonely                      // no stratum is left that could tell the variance
	NoteOpen                        // one end of the interval lies beyond the data
	NoteAbsent                      // none of the listed values occurs in the data
	NoteOverflow                    // numbers too large to compute with
	NoteReplicates                  // some replicates hold nobody of the domain and were left out: the error may be too small
	NoteNotShare                    // the estimate is not a share in [0, 1]: the method does not apply
	NoteKept                        // cells are kept from the reader, and a statistic of all of them would tell of those
)

var noteTexts = []phrase.Text{
	phrase.VI("không có câu trả lời hợp lệ", "no valid answer"),
	phrase.VI("tổng trọng số bằng 0", "the weights add up to zero"),
	phrase.VI("mẫu số bằng 0", "the denominator is zero"),
	phrase.VI("ít hơn hai đơn vị mẫu, không tính được sai số", "fewer than two sampling units, so no standard error"),
	phrase.VI("không còn bậc tự do, không có khoảng tin cậy", "no degrees of freedom, so no interval"),
	phrase.VI("mọi câu trả lời giống nhau hoặc không có độ phân tán giữa các đơn vị mẫu, phương pháp này không cho khoảng tin cậy", "all answers alike, or no spread between sampling units: this method gives no interval"),
	phrase.VI("mọi câu trả lời giống nhau: cận chính xác một phía từ n", "all answers alike: exact one-sided bound from n"),
	phrase.VI("mọi giá trị giống nhau, không thể biết độ phân tán từ những câu trả lời này", "all values alike, so their spread cannot be told from these answers"),
	phrase.VI("trọng số không suy rộng cho tổng thể: hệ số thiết kế so với chọn mẫu có hoàn lại", "weights do not expand to a population: design effect against sampling with replacement"),
	phrase.VI("không tầng nào có đủ hai đơn vị", "no stratum has two units"),
	phrase.VI("một đầu của khoảng nằm ngoài dữ liệu", "one end of the interval lies beyond the data"),
	phrase.VI("không có giá trị nào trong danh sách xuất hiện trong dữ liệu", "none of the listed values occurs in the data"),
	phrase.VI("số quá lớn, không tính được", "the numbers are too large to compute with"),
	phrase.VI("một số lần lặp không có ai trong nhóm và bị bỏ qua, sai số có thể thấp hơn thực tế", "some replicates hold nobody of the domain and were left out: the error may be too small"),
	phrase.VI("không phải tỷ lệ trong [0, 1], phương pháp này không áp dụng được", "not a share in [0, 1], so this method does not apply"),
	phrase.VI("có ô được giữ lại nên không công bố", "cells are kept back, so this is not told"),
}

// Texts returns the reasons in words, in a fixed order.
func (n Note) Texts() []phrase.Text {
	var out []phrase.Text
	for i, t := range noteTexts {
		if n&(1<<i) != 0 {
			out = append(out, t)
		}
	}
	return out
}

// In joins the reasons in one language with "; ".
func (n Note) In(lang string) string {
	s := ""
	for _, t := range n.Texts() {
		if s != "" {
			s += "; "
		}
		s += t.In(lang)
	}
	return s
}
