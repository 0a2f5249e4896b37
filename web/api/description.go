package api

import _ "embed"

// Description is the interface in OpenAPI 3.1. Tests hold it against the routes and what they answer.
//
//go:embed openapi.json
var Description []byte
