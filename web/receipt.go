package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// receiptPage looks up a receipt: it says that a form was counted and in which wave, and nothing else.
type receiptPage struct {
	Code    string // as typed, or in its proper form once counted
	Wave    phrase.Text
	Counted bool
	Wrong   string // key of the message for a code that leads nowhere
}

func (receiptPage) template() string { return "receipt" }
func (receiptPage) frame(f *Frame)   { f.NoIndex = true }

// receiptForm asks for a code, or leads to the page of the one that was typed.
func (s *Server) receiptForm(c echo.Context) error {
	typed := strings.TrimSpace(c.QueryParam("ma"))
	if typed == "" {
		return s.show(c, http.StatusOK, receiptPage{})
	}
	return s.see(c, "/bien-nhan/"+url.PathEscape(short(typed)))
}

// receipt shows what there is to say about one code.
func (s *Server) receipt(c echo.Context) error {
	typed := c.Param("receipt")
	digest, err := survey.ReceiptDigest(typed)
	if errors.Is(err, survey.ErrBadReceipt) {
		return s.show(c, http.StatusNotFound, receiptPage{Code: short(typed), Wrong: "receipt.mistyped"})
	}
	code, counted, err := s.store.Counted(c.Request().Context(), digest)
	if err != nil {
		return fmt.Errorf("receipt: %w", err)
	}
	if !counted {
		return s.show(c, http.StatusNotFound, receiptPage{Code: short(typed), Wrong: "receipt.unknown"})
	}
	title, err := s.waveTitle(c, code)
	if err != nil {
		return err
	}
	return s.show(c, http.StatusOK, receiptPage{Code: short(typed), Wave: title, Counted: true})
}

func (s *Server) waveTitle(c echo.Context, code string) (phrase.Text, error) {
	waves, err := s.store.Waves(c.Request().Context())
	if err != nil {
		return nil, fmt.Errorf("receipt: %w", err)
	}
	for _, w := range waves {
		if w.Code == code {
			return w.Title, nil
		}
	}
	return phrase.VI(code, code), nil
}

// short cuts what somebody typed to what is worth showing again.
func short(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60])
	}
	return s
}
