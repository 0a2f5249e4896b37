// Package docs holds the documents that the program carries with it.
package docs

import _ "embed"

// FrameworkSchema is the JSON Schema (draft 2020-12) of a framework file (bộ chỉ số).
//
//go:embed framework.schema.json
var FrameworkSchema []byte

// QuestionnaireSchema is the JSON Schema (draft 2020-12) of a questionnaire file (phiếu hỏi).
//
//go:embed questionnaire.schema.json
var QuestionnaireSchema []byte

// WaveSchema is the JSON Schema (draft 2020-12) of a wave file (đợt khảo sát).
//
//go:embed wave.schema.json
var WaveSchema []byte
