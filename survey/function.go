package survey

import (
	"maps"
	"slices"
	"strings"
)

// functionID is a function of the expression language.
type functionID uint8

const (
	fnAbs functionID = iota
	fnBoolean
	fnBooleanFromString
	fnCeiling
	fnChoiceName
	fnCoalesce
	fnConcat
	fnContains
	fnCountNonEmpty
	fnCountSelected
	fnDate
	fnDecimalDateTime
	fnEndsWith
	fnFalse
	fnFloor
	fnFormatDate
	fnIf
	fnInt
	fnJoin
	fnMax
	fnMin
	fnNormalizeSpace
	fnNot
	fnNumber
	fnOnce
	fnPow
	fnRegex
	fnRound
	fnSelected
	fnSelectedAt
	fnSqrt
	fnStartsWith
	fnString
	fnStringLength
	fnSubstr
	fnSubstringAfter
	fnSubstringBefore
	fnSum
	fnToday
	fnTranslate
	fnTrue
)

// function says how a function is called. Its parameters are a letter each: c a condition, v a value, t a text that
// stands in the expression itself; those behind "?" may be left out, "*" allows any number of the last.
type function struct {
	id     functionID
	params string
	usage  string
	truth  bool // the result is a condition
	any    bool // the result is what an argument is, a condition too
}

// functions are those that XLSForm documents and that mean the same in every run: see docs/questionnaire.md.
var functions = map[string]function{
	"abs":                 {id: fnAbs, params: "v", usage: "abs(${n})"},
	"boolean":             {id: fnBoolean, params: "v", usage: "boolean(${n})", truth: true},
	"boolean-from-string": {id: fnBooleanFromString, params: "v", usage: "boolean-from-string(${t})", truth: true},
	"ceiling":             {id: fnCeiling, params: "v", usage: "ceiling(${n})"},
	"coalesce":            {id: fnCoalesce, params: "vv*", usage: "coalesce(${a}, ${b})", any: true},
	"concat":              {id: fnConcat, params: "v*", usage: "concat(${a}, ' ', ${b})"},
	"contains":            {id: fnContains, params: "vv", usage: "contains(${t}, 'a')", truth: true},
	"count-non-empty":     {id: fnCountNonEmpty, params: "v*", usage: "count-non-empty(${a}, ${b})"},
	"count-selected":      {id: fnCountSelected, params: "v", usage: "count-selected(${m})"},
	"date":                {id: fnDate, params: "v", usage: "date('2026-05-31')"},
	"decimal-date-time":   {id: fnDecimalDateTime, params: "v", usage: "decimal-date-time(${d})"},
	"ends-with":           {id: fnEndsWith, params: "vv", usage: "ends-with(${t}, 'a')", truth: true},
	"false":               {id: fnFalse, usage: "false()", truth: true},
	"floor":               {id: fnFloor, params: "v", usage: "floor(${n})"},
	"format-date":         {id: fnFormatDate, params: "vt", usage: "format-date(${d}, '%d/%m/%Y')"},
	"if":                  {id: fnIf, params: "cvv", usage: "if(${q1} = 'yes', 'a', 'b')", any: true},
	"int":                 {id: fnInt, params: "v", usage: "int(${n})"},
	"join":                {id: fnJoin, params: "vv*", usage: "join(', ', ${a}, ${b})"},
	"jr:choice-name":      {id: fnChoiceName, params: "vv", usage: "jr:choice-name(${q1}, '${q1}')"},
	"max":                 {id: fnMax, params: "v*", usage: "max(${a}, ${b})"},
	"min":                 {id: fnMin, params: "v*", usage: "min(${a}, ${b})"},
	"normalize-space":     {id: fnNormalizeSpace, params: "v", usage: "normalize-space(${t})"},
	"not":                 {id: fnNot, params: "c", usage: "not(${q1} = 'yes')", truth: true},
	"number":              {id: fnNumber, params: "v", usage: "number(${t})"},
	"once":                {id: fnOnce, params: "v", usage: "once(today())", any: true},
	"pow":                 {id: fnPow, params: "vv", usage: "pow(${n}, 2)"},
	"regex":               {id: fnRegex, params: "vt", usage: "regex(., '[0-9]{10}')", truth: true},
	"round":               {id: fnRound, params: "v?v", usage: "round(${n}, 2)"},
	"selected":            {id: fnSelected, params: "vv", usage: "selected(${q1}, 'a')", truth: true},
	"selected-at":         {id: fnSelectedAt, params: "vv", usage: "selected-at(${m}, 0)"},
	"sqrt":                {id: fnSqrt, params: "v", usage: "sqrt(${n})"},
	"starts-with":         {id: fnStartsWith, params: "vv", usage: "starts-with(${t}, 'a')", truth: true},
	"string":              {id: fnString, params: "v", usage: "string(${n})"},
	"string-length":       {id: fnStringLength, params: "v", usage: "string-length(${t})"},
	"substr":              {id: fnSubstr, params: "vv?v", usage: "substr(${t}, 0, 3)"},
	"substring-after":     {id: fnSubstringAfter, params: "vv", usage: "substring-after(${t}, '-')"},
	"substring-before":    {id: fnSubstringBefore, params: "vv", usage: "substring-before(${t}, '-')"},
	"sum":                 {id: fnSum, params: "v*", usage: "sum(${a}, ${b})"},
	"today":               {id: fnToday, usage: "today()"},
	"translate":           {id: fnTranslate, params: "vvv", usage: "translate(${t}, 'ab', 'AB')"},
	"true":                {id: fnTrue, usage: "true()", truth: true},
}

// refused are functions of XLSForm that are left out for a reason.
var refused = map[string][2]string{
	"random":               {"kết quả ngẫu nhiên không tính lại được; dùng random_order để đảo thứ tự", "its result cannot be computed again; use random_order to shuffle"},
	"uuid":                 {"kết quả ngẫu nhiên không tính lại được", "its result cannot be computed again"},
	"now":                  {"phiếu không giữ giờ phút, chỉ giữ ngày; dùng today()", "answers carry no time finer than a day; use today()"},
	"date-time":            {"phiếu không giữ giờ phút, chỉ giữ ngày; dùng date()", "answers carry no time finer than a day; use date()"},
	"decimal-time":         {"phiếu không giữ giờ phút, chỉ giữ ngày", "answers carry no time finer than a day"},
	"format-date-time":     {"phiếu không giữ giờ phút, chỉ giữ ngày; dùng format-date()", "answers carry no time finer than a day; use format-date()"},
	"position":             {"không có nhóm lặp", "there are no repeats"},
	"indexed-repeat":       {"không có nhóm lặp", "there are no repeats"},
	"count":                {"không có nhóm lặp; dùng count-non-empty()", "there are no repeats; use count-non-empty()"},
	"pulldata":             {"không có bảng ngoài; dùng thuộc tính của lựa chọn", "there are no outside tables; use attributes of choices"},
	"instance":             {"không có bảng ngoài; dùng thuộc tính của lựa chọn", "there are no outside tables; use attributes of choices"},
	"jr:itext":             {"dùng jr:choice-name()", "use jr:choice-name()"},
	"area":                 {"không thu thập toạ độ", "no coordinates are collected"},
	"distance":             {"không thu thập toạ độ", "no coordinates are collected"},
	"property":             {"không thu thập thông tin thiết bị", "nothing is collected about the device"},
	"weighted-checklist":   {"dùng sum() và if()", "use sum() and if()"},
	"checklist":            {"dùng sum() và if()", "use sum() and if()"},
	"current":              {"không dùng đường dẫn XPath", "paths of XPath are not known here"},
	"last-saved":           {"phiếu không nhớ phiếu trước", "a form does not remember the one before"},
	"randomize":            {"dùng random_order", "use random_order"},
	"digest":               {"không cần cho phiếu khảo sát", "a survey has no use for it"},
	"base64-decode":        {"không cần cho phiếu khảo sát", "a survey has no use for it"},
	"extract-signed":       {"không cần cho phiếu khảo sát", "a survey has no use for it"},
	"jr:choice-name-multi": {"dùng jr:choice-name()", "use jr:choice-name()"},
}

// Functions returns the names of the functions that expressions may call, in order.
func Functions() []string { return slices.Sorted(maps.Keys(functions)) }

// arity returns the fewest and the most arguments; most is -1 for any number.
func (f function) arity() (least, most int) {
	letters := strings.TrimSuffix(f.params, "*")
	needed, _, _ := strings.Cut(letters, "?")
	most = len(strings.ReplaceAll(letters, "?", ""))
	if letters != f.params {
		return len(needed), -1
	}
	return len(needed), most
}

// param returns the letter of parameter i.
func (f function) param(i int) byte {
	letters := strings.NewReplacer("?", "", "*", "").Replace(f.params)
	return letters[min(i, len(letters)-1)]
}
