package problem

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/survey"
	"thuocdo/web/locale"
)

// Document is an RFC 9457 problem.
type Document struct {
	Type     string  `json:"type"`
	Title    string  `json:"title"`
	Status   int     `json:"status"`
	Detail   string  `json:"detail,omitempty"`
	Instance string  `json:"instance,omitempty"` // request id
	Errors   []Field `json:"errors,omitempty"`
}

// Field is one refused member of the body.
type Field struct {
	Pointer string  `json:"pointer"` // JSON Pointer (RFC 6901) as a URI fragment: "#/answers/q9_1"
	Reason  string  `json:"reason"`
	Limit   float64 `json:"limit,omitempty"`
	Detail  string  `json:"detail"`
}

// Words puts a refused answer into words.
func Words(l *locale.Locale, x survey.Fault) string {
	switch x.Reason {
	case survey.TooSmall, survey.TooLarge, survey.TooLong:
		return l.T("fault."+string(x.Reason), l.Short(x.Limit, 6))
	}
	return l.T("fault." + string(x.Reason))
}

// Fresh reports whether the client has the version with this entity tag (RFC 9110, If-None-Match: weak comparison).
func Fresh(c echo.Context, tag string) bool {
	for _, header := range c.Request().Header.Values("If-None-Match") {
		for part := range strings.SplitSeq(header, ",") {
			if part = strings.TrimPrefix(strings.TrimSpace(part), "W/"); part == tag || part == "*" {
				return true
			}
		}
	}
	return false
}

// Write answers with a problem document in the words of l.
func Write(c echo.Context, l *locale.Locale, k Kind, requestID string, errs []Field) error {
	body, err := json.Marshal(Document{
		Type:     "urn:thuocdo:problem:" + k.Code,
		Title:    l.T("problem." + k.Code + ".title"),
		Status:   k.Status,
		Detail:   l.T("problem." + k.Code + ".detail"),
		Instance: "urn:thuocdo:request:" + requestID,
		Errors:   errs,
	})
	if err != nil {
		return fmt.Errorf("problem: %w", err)
	}
	c.Response().Header().Set("Content-Language", l.Tag())
	return c.Blob(k.Status, "application/problem+json", body)
}
