package survey

import "regexp"

// codeForm is what codes of one kind look like.
type codeForm struct {
	*regexp.Regexp
	vi, en string
}

var (
	formCode = codeForm{regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`),
		"chữ thường không dấu, chữ số, gạch nối; tối đa 64 ký tự", "lower-case letters, digits, hyphens; at most 64"}
	versionCode = codeForm{regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$`),
		"chữ không dấu, chữ số, dấu chấm, gạch nối, gạch dưới; tối đa 32 ký tự", "letters, digits, dots, hyphens, underscores; at most 32"}
	// questionCode is a name in XForms, so that ${code} reads well everywhere.
	questionCode = codeForm{regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]{0,63}$`),
		"bắt đầu bằng chữ không dấu, rồi chữ, chữ số, dấu chấm, gạch nối, gạch dưới; tối đa 64 ký tự",
		"a letter, then letters, digits, dots, hyphens, underscores; at most 64"}
	// choiceCode has no blanks: XLSForm joins chosen codes by blanks.
	choiceCode = codeForm{regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$`),
		"chữ không dấu, chữ số, dấu chấm, gạch nối, gạch dưới, không có khoảng trắng; tối đa 64 ký tự",
		"letters, digits, dots, hyphens, underscores, no blanks; at most 64"}
)

// code wants form, and that no other holder of seen has the code; a nil seen allows repetition.
func (c *compiler) code(path, code string, form codeForm, seen map[string]string) {
	if !form.MatchString(code) {
		c.fault(path, "mã %[1]q không hợp lệ, cần: %[2]s", "code %[1]q is not valid, expected "+form.en, code, form.vi)
		return
	}
	if first, again := seen[code]; again {
		c.fault(path, "mã %[1]q đã dùng ở %[2]s, mỗi mã chỉ dùng một lần", "code %[1]q is used at %[2]s already, expected each code once", code, first)
		return
	}
	if seen != nil {
		seen[code] = path
	}
}
