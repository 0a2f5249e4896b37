package web

import (
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/phrase"
	"thuocdo/survey/account"
	"thuocdo/web/locale"
)

// Frame is what surrounds a page: header, navigation, footer.
type Frame struct {
	Other    Switch           // the other language
	Nav      []Link           // main navigation
	Account  *account.Account // signed in; nil on citizens' pages
	CSRF     string           // token of the session, masked; "" without one
	Version  string
	Demo     bool
	Wide     bool        // room for tables and charts
	Figures  bool        // with the style sheet of tables and charts
	NoIndex  bool        // not for search engines
	MainForm string      // id of a form that holds what was typed: the language switch submits it instead of leaving the page
	Enter    Button      // of the main form, what the Enter key presses; zero = its first button
	Author   bool        // with the style sheet and script of the editor of questionnaires
	Paper    bool        // with the style sheet and keys of forms on paper
	Season   bool        // with the script that saves while somebody types
	Keys     bool        // with the script of shortcuts
	Passkey  bool        // with the script of passkeys
	Upload   bool        // with the script that sends files
	Kiosk    *kioskFrame // on a device at a counter
	Here     string      // the one address of a page that everyone sees alike
	Feed     bool        // feed readers find the feed of releases from here
	Picture  string      // address of the picture beside links to it
	Share    *share
	Embed    *embedFrame // within a page of others
	Plain    bool        // without navigation: nothing on the page leads away from the form
}

// Button is a button of a form by its name and value.
type Button struct{ Name, Value string }

// Switch leads to the same page in another language.
type Switch struct{ Lang, Name, Address string }

// Link is one entry of the navigation.
type Link struct {
	Key     string      // of its words in the catalogue, or
	Text    phrase.Text // words of its own
	Path    string
	Current bool
}

// framed is a page that changes its frame.
type framed interface{ frame(*Frame) }

var languageNames = map[string]string{"vi": "Tiếng Việt", "en": "English"}

// navigation is what the header offers on every page.
var navigation = []Link{
	{Key: "nav.survey", Path: "/"},
	{Key: "nav.ranking", Path: "/xep-hang"},
	{Key: "nav.receipt", Path: "/bien-nhan"},
}

func (s *Server) frame(c echo.Context, p page) *Frame {
	here := c.Request().URL
	f := &Frame{Version: s.cfg.Version, Demo: s.cfg.Demo, Other: otherLanguage(here, s.language(c).Tag()), Kiosk: kioskOf(c)}
	for _, l := range navigation {
		l.Current = l.Path == here.Path || l.Path != "/" && strings.HasPrefix(here.Path, l.Path+"/")
		f.Nav = append(f.Nav, l)
	}
	if a, ok := accountOf(c); ok {
		f.Account = &a
		f.CSRF = s.token(c)
	}
	if p, ok := p.(framed); ok {
		p.frame(f)
	}
	if framedByOthers(c.Request()) {
		f.Embed = embedFrameOf(c)
	}
	f.Share = s.shareOf(c, f)
	return f
}

func otherLanguage(here *url.URL, tag string) Switch {
	other := locale.Tags[1]
	if tag == other {
		other = locale.Reference
	}
	q := here.Query()
	q.Del("lang")
	if other != locale.Reference {
		q.Set("lang", other)
	}
	u := url.URL{Path: here.Path, RawQuery: q.Encode()}
	return Switch{Lang: other, Name: languageNames[other], Address: u.String()}
}
