package scoring

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// ErrInputText is an input written in a form that ParseInput does not know.
var ErrInputText = errors.New("expected a number, an option, points:NUMBER, na, or cases by severity such as minor:1+major:0")

// mostInputText bounds the text of one input, in bytes.
const mostInputText = 500

// String writes an input as ParseInput reads it: the one that counts, where several are set. Nothing entered is "".
func (in LeafInput) String() string {
	float := func(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
	switch {
	case in.NotApplicable:
		return "na"
	case in.Appraised != nil:
		return "points:" + float(*in.Appraised)
	case in.Value != nil:
		return float(*in.Value)
	case in.Choice != "":
		if _, err := strconv.ParseFloat(in.Choice, 64); err == nil || in.Choice == "na" || strings.ContainsRune(in.Choice, ':') {
			return "choice:" + in.Choice
		}
		return in.Choice
	case in.Counts != nil:
		var parts []string
		for _, code := range slices.Sorted(maps.Keys(in.Counts)) {
			parts = append(parts, code+":"+float(in.Counts[code]))
		}
		return "cases:" + strings.Join(parts, "+")
	}
	return ""
}

// ParseInput reads what an input is written as on a command line or in an address: "95" is a value, "some" or "choice:some" an
// option, "points:2.5" points as appraised, "na" not applicable, "minor:1+major:0" or "cases:minor:1" cases by severity. It
// checks the form only; Plan.CheckInput says whether a leaf takes it. It fails with ErrInputText.
func ParseInput(s string) (in LeafInput, err error) {
	if len(s) > mostInputText || strings.TrimSpace(s) != s || s == "" {
		return in, ErrInputText
	}
	if s == "na" {
		return LeafInput{NotApplicable: true}, nil
	}
	if x, err := finite(s); err == nil {
		return LeafInput{Value: &x}, nil
	}
	kind, rest, found := strings.Cut(s, ":")
	switch {
	case !found || kind == "choice" && rest != "":
		if kind == "choice" && found {
			return LeafInput{Choice: rest}, nil
		}
		return LeafInput{Choice: s}, nil
	case kind == "points":
		x, err := finite(rest)
		if err != nil {
			return in, ErrInputText
		}
		return LeafInput{Appraised: &x}, nil
	case kind == "cases":
		return parseCases(rest)
	}
	return parseCases(s)
}

func parseCases(s string) (LeafInput, error) {
	in := LeafInput{Counts: map[string]float64{}}
	if s == "" {
		return in, nil
	}
	for part := range strings.SplitSeq(s, "+") {
		code, text, ok := strings.Cut(part, ":")
		x, err := finite(text)
		if _, twice := in.Counts[code]; !ok || err != nil || code == "" || twice {
			return LeafInput{}, ErrInputText
		}
		in.Counts[code] = x
	}
	return in, nil
}

// finite reads a plain decimal number, with a point or a comma before its decimals.
func finite(s string) (float64, error) {
	if strings.Trim(s, "+-0123456789.,") != "" || s == "" {
		return 0, ErrInputText
	}
	x, err := strconv.ParseFloat(strings.Replace(s, ",", ".", 1), 64)
	if err != nil {
		return 0, fmt.Errorf("%w: %w", ErrInputText, err)
	}
	return x, nil
}
