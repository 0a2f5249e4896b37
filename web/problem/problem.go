// Package problem says which HTTP status each failure of the domain has, in one table, and writes it as an
// RFC 9457 problem document.
package problem

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring"
	"thuocdo/scoring/assess"
	"thuocdo/scoring/release"
	"thuocdo/scoring/remedy"
	"thuocdo/scoring/scenario"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
	"thuocdo/survey/account"
	"thuocdo/survey/opinion"
	"thuocdo/survey/paper"
	"thuocdo/survey/quality"
	"thuocdo/survey/sketch"
	"thuocdo/survey/webhook"
)

// Failures of the edge itself.
var (
	ErrSignInFirst = errors.New("signed-in account needed")
	ErrForbidden   = errors.New("account may not do this")
	ErrScope       = errors.New("token is not good for this")
	ErrProve       = errors.New("a recent proof of who it is is wanted")
	ErrFactor      = errors.New("the role of the account needs a second factor")
	ErrCrossSite   = errors.New("request comes from another site")
	ErrToken       = errors.New("form token is missing or wrong")
	ErrTooMany     = errors.New("too many attempts")
	ErrTooFast     = errors.New("too many requests from this network")
	ErrPatience    = errors.New("many forms from this network: prove work or wait")
	ErrNoSuchPage  = errors.New("no such page")
	ErrNotCounted  = errors.New("no answer with this receipt")
	ErrMediaType   = errors.New("media type is not supported")
	ErrMalformed   = errors.New("request is malformed")
	ErrLimit       = errors.New("limit is not the size of a page")
	ErrCursor      = errors.New("cursor is not of a page before")
	ErrNoKey       = errors.New("once-only key is missing")
	ErrNoVersion   = errors.New("If-Match with the version that was seen is missing")
	ErrChanged     = errors.New("changed since it was seen")
	ErrOtherFile   = errors.New("the file has none of the tags that are asked for")
	ErrNoBytes     = errors.New("the file has none of the bytes that are asked for")
	ErrPanic       = errors.New("panic")
	ErrCrowded     = errors.New("too many requests of this kind at once")
	ErrNoFile      = errors.New("the file of a document is gone")
)

// Kind is a sort of failure: its status, and the stem of its messages in the catalogue ("problem.<code>.title").
type Kind struct {
	Status int
	Code   string
	Retry  int // seconds for Retry-After; 0 = none
}

// Invalid is the kind of a submission with refused answers.
var Invalid = Kind{Status: http.StatusUnprocessableEntity, Code: "invalid"}

var tooLarge = Kind{Status: http.StatusRequestEntityTooLarge, Code: "too_large"}

// Internal is the kind of every failure that the table does not name.
var Internal = Kind{Status: http.StatusInternalServerError, Code: "internal"}

var table = []struct {
	is error
	Kind
}{
	{ErrChanged, Kind{Status: 412, Code: "changed"}}, // before what it wraps
	{survey.ErrUnknownWave, Kind{Status: 404, Code: "unknown_wave"}},
	{survey.ErrUnknownAgency, Kind{Status: 404, Code: "unknown_agency"}},
	{survey.ErrUnknownUnit, Kind{Status: 422, Code: "unknown_unit"}},
	{survey.ErrBadCircumstance, Kind{Status: 422, Code: "unknown_unit"}},
	{survey.ErrModeClosed, Kind{Status: 403, Code: "mode_closed"}},
	{survey.ErrNotOpen, Kind{Status: 403, Code: "not_open"}},
	{survey.ErrClosed, Kind{Status: 410, Code: "closed"}},
	{survey.ErrOtherContent, Kind{Status: 409, Code: "other_content"}},
	{survey.ErrBusy, Kind{Status: 503, Code: "busy", Retry: 5}},
	{ErrCrowded, Kind{Status: 503, Code: "crowded", Retry: 10}},
	{survey.ErrStoreFull, Kind{Status: 503, Code: "store_full", Retry: 30}},
	{standing.ErrUnknownFramework, Kind{Status: 404, Code: "unknown_framework"}},
	{standing.ErrUnknownMethod, Kind{Status: 404, Code: "unknown_method"}},
	{standing.ErrUnknownPeriod, Kind{Status: 404, Code: "unknown_period"}},
	{survey.ErrInvitationNeeded, Kind{Status: 403, Code: "invitation_needed"}},
	{survey.ErrInvitationUsed, Kind{Status: 409, Code: "invitation_used"}},
	{survey.ErrInvitationForeign, Kind{Status: 403, Code: "foreign_invitation"}},
	{survey.ErrNoInvitation, Kind{Status: 404, Code: "no_invitation"}},
	{survey.ErrBadInvitation, Kind{Status: 422, Code: "bad_invitation"}},
	{survey.ErrNotInviting, Kind{Status: 409, Code: "not_inviting"}},
	{survey.ErrDraftsFull, Kind{Status: 503, Code: "drafts_full", Retry: 600}},
	{survey.ErrDraftLarge, Kind{Status: 413, Code: "draft_large"}},
	{survey.ErrPublished, Kind{Status: 409, Code: "published"}},
	{survey.ErrUnknownQuestionnaire, Kind{Status: 404, Code: "not_found"}},
	{sketch.ErrUnknown, Kind{Status: 404, Code: "not_found"}},
	{sketch.ErrStale, Kind{Status: 409, Code: "sketch_stale"}},
	{sketch.ErrFull, Kind{Status: 409, Code: "sketches_full"}},
	{sketch.ErrLarge, Kind{Status: 413, Code: "sketch_large"}},
	{remedy.ErrUnknown, Kind{Status: 404, Code: "unknown_task"}},
	{paper.ErrNoBatch, Kind{Status: 404, Code: "not_found"}},
	{paper.ErrNoSheet, Kind{Status: 404, Code: "not_found"}},
	{paper.ErrEntered, Kind{Status: 409, Code: "entered"}},
	{scenario.ErrUnknown, Kind{Status: 404, Code: "not_found"}},
	{release.ErrUnknown, Kind{Status: 404, Code: "not_found"}},
	{release.ErrState, Kind{Status: 409, Code: "release_state"}},
	{assess.ErrUnknown, Kind{Status: 404, Code: "not_found"}},
	{assess.ErrNoSheet, Kind{Status: 404, Code: "not_found"}},
	{scoring.ErrUnknownLeaf, Kind{Status: 404, Code: "not_found"}},
	{assess.ErrForbidden, Kind{Status: 403, Code: "forbidden"}},
	{assess.ErrNotYours, Kind{Status: 403, Code: "not_yours"}},
	{assess.ErrLate, Kind{Status: 410, Code: "late"}},
	{assess.ErrStage, Kind{Status: 409, Code: "stage"}},
	{assess.ErrState, Kind{Status: 409, Code: "stage"}},
	{assess.ErrEarly, Kind{Status: 409, Code: "stage"}},
	{assess.ErrHead, Kind{Status: 409, Code: "head"}},
	{assess.ErrOpen, Kind{Status: 409, Code: "stage"}},
	{assess.ErrConflict, Kind{Status: 409, Code: "conflict"}},
	{account.ErrUnknown, Kind{Status: 404, Code: "not_found"}},
	{account.ErrNoToken, Kind{Status: 401, Code: "token_refused"}},
	{ErrScope, Kind{Status: 403, Code: "scope"}},
	{webhook.ErrUnknown, Kind{Status: 404, Code: "not_found"}},
	{account.ErrNoSession, Kind{Status: 404, Code: "not_found"}},
	{opinion.ErrNotText, Kind{Status: 404, Code: "not_found"}},
	{quality.ErrUnknown, Kind{Status: 404, Code: "not_found"}},
	{quality.ErrGone, Kind{Status: 409, Code: "conflict"}},
	{quality.ErrConflict, Kind{Status: 409, Code: "conflict"}},
	{ErrNoSuchPage, Kind{Status: 404, Code: "not_found"}},
	{ErrOtherFile, Kind{Status: 412, Code: "other_file"}},
	{ErrNoBytes, Kind{Status: 416, Code: "no_bytes"}},
	{ErrNoFile, Kind{Status: 500, Code: "no_file"}},
	{ErrNotCounted, Kind{Status: 404, Code: "not_counted"}},
	{ErrSignInFirst, Kind{Status: 401, Code: "sign_in"}},
	{ErrForbidden, Kind{Status: 403, Code: "forbidden"}},
	{ErrProve, Kind{Status: 403, Code: "prove"}},
	{ErrFactor, Kind{Status: 403, Code: "factor"}},
	{ErrCrossSite, Kind{Status: 403, Code: "cross_site"}},
	{ErrToken, Kind{Status: 403, Code: "token"}},
	{ErrTooMany, Kind{Status: 429, Code: "too_many", Retry: 60}},
	{ErrTooFast, Kind{Status: 429, Code: "too_fast", Retry: 1}},
	{ErrPatience, Kind{Status: 429, Code: "patience", Retry: 10}},
	{ErrMediaType, Kind{Status: 415, Code: "media_type"}},
	{ErrLimit, Kind{Status: 400, Code: "limit"}},
	{ErrCursor, Kind{Status: 400, Code: "cursor"}},
	{ErrMalformed, Kind{Status: 400, Code: "malformed"}},
	{ErrNoKey, Kind{Status: 400, Code: "no_key"}},
	{survey.ErrBadKey, Kind{Status: 400, Code: "no_key"}},
	{ErrNoVersion, Kind{Status: 428, Code: "no_version"}},
	{survey.ErrBadReceipt, Kind{Status: 404, Code: "not_counted"}},
	{context.DeadlineExceeded, Kind{Status: 503, Code: "busy", Retry: 5}},
	{context.Canceled, Kind{Status: 499, Code: "gone"}},
}

// Of returns the kind of err. An error that nobody foresaw is an internal one.
func Of(err error) Kind {
	var faults survey.Faults
	var large *http.MaxBytesError
	var web *echo.HTTPError
	switch {
	case errors.As(err, &faults):
		return Invalid
	case errors.As(err, &large):
		return tooLarge
	}
	for _, row := range table {
		if errors.Is(err, row.is) {
			return row.Kind
		}
	}
	if errors.As(err, &web) {
		return ofRouter(web.Code)
	}
	return Internal
}

// ofRouter maps what the router itself refuses.
func ofRouter(status int) Kind {
	switch status {
	case http.StatusNotFound:
		return Kind{Status: status, Code: "not_found"}
	case http.StatusMethodNotAllowed:
		return Kind{Status: status, Code: "method"}
	}
	return Internal
}

// Kinds returns every kind that Of can return.
func Kinds() []Kind {
	all := []Kind{Internal, Invalid, tooLarge, ofRouter(http.StatusNotFound), ofRouter(http.StatusMethodNotAllowed)}
	for _, row := range table {
		all = append(all, row.Kind)
	}
	return all
}
