package framebook

import (
	_ "embed"

	"thuocdo/scoring"
)

//go:embed template.json
var template []byte

// Template returns an illustrative framework (bộ chỉ số mẫu) with one example of each rule, to be changed into a real one.
func Template() (*scoring.Framework, error) { return scoring.Parse(template) }
