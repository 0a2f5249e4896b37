package web

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/survey/account"
	"thuocdo/web/odata"
	"thuocdo/web/problem"
)

// odataPath is the root of the feeds for Excel and Power BI; those of the responses of a wave lie below it.
const (
	odataPath      = "/api/odata/v4/"
	odataWavesPath = odataPath + "waves/:wave/"
)

// odataPage is the most rows of one page of a feed.
const odataPage = 5000

// odataTable is the addresses of the feeds. What a program sends besides the address is read as RFC 6750 or RFC 7617 have it.
func (s *Server) odataTable() (list []route) {
	for _, x := range []struct {
		root string
		who  access
		of   odataSource
	}{{odataPath, anyone, s.publicFeeds}, {odataWavesPath, granted(account.ReadResponses, closeAnalysts), s.responseFeeds}} {
		list = append(list,
			route{http.MethodGet, strings.TrimSuffix(x.root, "/"), x.who, noBody, odataHandler(x.of, odataDocument)},
			route{http.MethodGet, x.root, x.who, noBody, odataHandler(x.of, odataDocument)},
			route{http.MethodGet, x.root + "$metadata", x.who, noBody, odataHandler(x.of, odataMetadata)},
			route{http.MethodGet, x.root + ":set", x.who, noBody, odataHandler(x.of, odataFeed)},
			route{http.MethodGet, x.root + ":set/$count", x.who, noBody, odataHandler(x.of, odataCount)})
	}
	return list
}

// odataSource makes the service that a request is about; done frees what it holds.
type odataSource func(c echo.Context) (service *odata.Service, done func() error, err error)

type odataAnswer func(c echo.Context, s *odata.Service) (kind string, body []byte, err error)

// odataHandler answers from a service. Public answers carry a tag of their content, others are not kept by anyone.
func odataHandler(of odataSource, answer odataAnswer) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("OData-Version", odata.Version)
		kind, body, err := answered(c, of, answer)
		var refused *odata.Error
		switch {
		case errors.As(err, &refused):
			return refuseOData(c, refused)
		case err != nil:
			return fmt.Errorf("odata: %w", err)
		}
		if _, closed := accountOf(c); closed {
			return c.Blob(http.StatusOK, kind, body)
		}
		return deliver(c, newCopy(kind, "", body))
	}
}

// answered makes an answer and frees what its service holds, whatever happens.
func answered(c echo.Context, of odataSource, answer odataAnswer) (kind string, body []byte, err error) {
	service, done, err := of(c)
	if err != nil {
		return "", nil, err
	}
	defer func() { err = errors.Join(err, done()) }()
	return answer(c, service)
}

const odataJSON = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"

// refuseOData answers as clients of OData expect it.
func refuseOData(c echo.Context, e *odata.Error) error {
	var body struct {
		Error struct {
			Code    string `json:"code"`
			Message string `json:"message"`
		} `json:"error"`
	}
	body.Error.Code, body.Error.Message = http.StatusText(e.Status), e.Message
	return c.JSON(e.Status, body)
}

func odataDocument(c echo.Context, s *odata.Service) (string, []byte, error) {
	if err := odata.Format(c.QueryParams()); err != nil {
		return "", nil, err
	}
	body, err := s.Document()
	return odataJSON, body, err
}

func odataMetadata(_ echo.Context, s *odata.Service) (string, []byte, error) {
	body, err := s.Metadata()
	return "application/xml;charset=utf-8", body, err
}

// odataQuery reads the set or entity in the path and the query; one says that it is an entity.
func odataQuery(c echo.Context, s *odata.Service) (set *odata.Set, q *odata.Query, one bool, err error) {
	text := c.Param("set")
	if c.Request().URL.RawPath != "" {
		if text, err = url.PathUnescape(text); err != nil {
			return nil, nil, false, problem.ErrMalformed
		}
	}
	set, key, err := odata.Entity(text, s)
	if err != nil {
		return nil, nil, false, err
	}
	values := c.QueryParams()
	if key != "" {
		values = url.Values{"$filter": {key}, "$select": values["$select"], "$format": values["$format"]}
	}
	q, err = odata.Parse(values, set)
	return set, q, key != "", err
}

func odataFeed(c echo.Context, s *odata.Service) (string, []byte, error) {
	set, q, one, err := odataQuery(c, s)
	if err != nil {
		return "", nil, err
	}
	var out bytes.Buffer
	if one {
		err = s.One(&out, set, q)
	} else {
		err = s.Feed(&out, set, q, c.QueryParams(), odataPage)
	}
	return odataJSON, out.Bytes(), err
}

func odataCount(c echo.Context, s *odata.Service) (string, []byte, error) {
	set, q, _, err := odataQuery(c, s)
	if err != nil {
		return "", nil, err
	}
	n, err := s.Count(set, q)
	return "text/plain;charset=utf-8", fmt.Appendf(nil, "%d", n), err
}
