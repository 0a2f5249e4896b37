package data

import (
	"encoding/json"

	"thuocdo/survey/account"
)

// within returns the condition that the code of an agency is in a scope, with its arguments. An empty scope fits nothing.
func within(column string, of account.Scope) (where string, args []any) {
	if of.All {
		return `true`, nil
	}
	codes, err := json.Marshal(of.Codes())
	if err != nil {
		panic(err) // strings alone
	}
	return column + ` IN (SELECT value FROM json_each(?))`, []any{string(codes)}
}
