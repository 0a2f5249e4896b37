package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/assess"
	"thuocdo/scoring/phrase"
	"thuocdo/web/api"
	"thuocdo/web/problem"
)

// putClaimAPI stores a claim over the version that the program has seen, and answers with the leaf as it is then. Files come by the
// pages: a document that is described as before keeps its file.
func (s *Server) putClaimAPI(c echo.Context) error {
	seen, err := seenVersion(c)
	if err != nil {
		return err
	}
	x, err := s.aClaim(c)
	if err != nil {
		return err
	}
	claim, err := readClaim(c)
	if err != nil {
		return err
	}
	err = s.act(c, x.aSheet, assess.Fill{Leaf: x.item.Node.Code, Seen: seen, Claim: claim})
	var refused phrase.Mistakes
	if errors.As(err, &refused) {
		var fields []problem.Field
		for _, m := range refused {
			fields = append(fields, problem.Field{Pointer: "#", Reason: "refused", Detail: s.language(c).In(m.Message)})
		}
		return problem.Write(c, s.language(c), problem.Invalid, requestIDOf(c), fields)
	}
	now, again := s.aClaim(c)
	if again != nil {
		return errors.Join(err, again)
	}
	if errors.Is(err, assess.ErrConflict) {
		c.Response().Header().Set("ETag", versionTag(now.item.Leaf.Version))
		return fmt.Errorf("%w: %w", problem.ErrChanged, err)
	}
	if err != nil {
		return err
	}
	return sendLeaf(c, now)
}

// seenVersion reads If-Match: the tag that the leaf had.
func seenVersion(c echo.Context) (int64, error) {
	text := strings.TrimSpace(c.Request().Header.Get("If-Match"))
	if text == "" || text == "*" {
		return 0, problem.ErrNoVersion
	}
	version, err := strconv.ParseInt(strings.Trim(text, `"`), 10, 64)
	if err != nil || versionTag(version) != text {
		return -1, nil // a tag that no leaf ever has
	}
	return version, nil
}

// readClaim reads a claim strictly: known members alone.
func readClaim(c echo.Context) (claim assess.Claim, err error) {
	if err := api.JSONBody(c); err != nil {
		return claim, err
	}
	var in struct {
		Input       inputEntry        `json:"input"`
		Evidence    []assess.Evidence `json:"evidence"`
		Partial     bool              `json:"partial"`
		Explanation string            `json:"explanation"`
	}
	d := json.NewDecoder(c.Request().Body)
	d.DisallowUnknownFields()
	if err = d.Decode(&in); err == nil {
		if _, more := d.Token(); !errors.Is(more, io.EOF) {
			err = errors.Join(errors.New("more than one value"), more)
		}
	}
	if err != nil {
		return claim, uploadError(err) // too large, or malformed
	}
	for i := range in.Evidence {
		in.Evidence[i].File = nil
	}
	return assess.Claim{Input: in.Input.input(), Evidence: in.Evidence, Partial: in.Partial, Explanation: trimmed(in.Explanation)}, nil
}
