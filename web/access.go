package web

import (
	"github.com/labstack/echo/v4"

	"thuocdo/scoring/scenario"
	"thuocdo/survey/account"
	"thuocdo/survey/audit"
	"thuocdo/web/problem"
)

// access says who may call a route.
type access struct {
	name    string
	session bool // the session cookie is read; pages of citizens never look at it
	lacking bool // also without the second factor that the role of the account needs
	recent  bool // only who proved a short while ago who it is: see proven
	allow   func(a account.Account, param func(string) string) bool
	// saved, where set, has the last word on a saved scenario: the one in the path.
	saved func(a account.Account, x scenario.Scenario) bool
	// grant, where set, is what a token of a program has to be good for; without it tokens open nothing.
	grant account.Grant
}

var (
	// anyone: no session is read, so nothing ties an answer to an account.
	anyone = access{name: "anyone"}
	// visitor: public, but a signed-in person may see more.
	visitor = access{name: "visitor", session: true}
	// signedIn: every account that is not disabled.
	signedIn = access{name: "signed in", session: true, allow: everyAccount}
	// own: every account, for what is its own affair; the way to a second factor leads over these pages.
	own = access{name: "own account", session: true, lacking: true, allow: everyAccount}
	// analysts: whoever may read the unpublished scores of all agencies.
	analysts = access{name: "analysts", session: true, allow: func(a account.Account, _ func(string) string) bool { return a.MayReadAll() }}
	// administrators: whoever runs the service.
	administrators = roles("administrators", account.Administrator)
	// auditors: whoever may see what others did.
	auditors = roles("readers of the log", account.Administrator, account.Auditor)
	// designers: whoever makes questionnaires and waves.
	designers = roles("designers", account.Administrator, account.Designer)
	// fieldworkers: whoever collects answers.
	fieldworkers = localRoles("fieldworkers", account.Administrator, account.Designer, account.Enumerator)
	// kioskKeepers: whoever sets up devices at counters; officers those of their own agencies.
	kioskKeepers = localRoles("keepers of kiosks", account.Administrator, account.Designer, account.Enumerator, account.Officer)
	// surveyReaders: whoever may look at a wave under way, and is not rated in it.
	surveyReaders = roles("readers of surveys", account.Administrator, account.Designer, account.Analyst, account.Auditor)
	// formReaders: whoever may look at questionnaires that are published.
	formReaders = roles("readers of questionnaires", account.Administrator, account.Designer, account.Analyst, account.Auditor, account.Publisher)
	// formPublishers: whoever may publish questionnaires, and so look at those that are being written.
	formPublishers = roles("publishers of questionnaires", account.Administrator, account.Designer, account.Publisher)
	// releasePublishers: whoever publishes results.
	releasePublishers = roles("publishers of results", account.Administrator, account.Publisher)
	// closeAnalysts: whoever may choose people and weights, and sees figures of any number of people.
	closeAnalysts = roles("analysts of people", closeReaders...)
	// fieldReaders: whoever may see how collecting goes; nobody who is rated.
	fieldReaders = roles("readers of fieldwork", account.Administrator, account.Designer, account.Enumerator, account.Analyst, account.Auditor)
	// reviewers: whoever decides about responses.
	reviewers = roles("reviewers", account.Administrator, account.Designer, account.Analyst)
	// agencyReaders: whoever may read the unpublished scores of the agency in the path.
	agencyReaders = access{name: "readers of the agency", session: true, allow: func(a account.Account, param func(string) string) bool {
		return a.MayRead(param("agency"))
	}}
	// scenarists: readers of the agency who may keep something; auditors change nothing.
	scenarists = access{name: "readers of the agency but auditors", session: true, allow: func(a account.Account, param func(string) string) bool {
		return a.MayRead(param("agency")) && !a.Is(account.Auditor)
	}}
	// scenarioReaders: whoever may read the unpublished scores of the agency that the scenario is about.
	scenarioReaders = access{name: "readers of the scenario's agency", session: true, allow: everyAccount,
		saved: func(a account.Account, x scenario.Scenario) bool { return a.MayRead(x.Agency) }}
	// scenarioAuthor: whoever saved the scenario, as long as he may read it.
	scenarioAuthor = access{name: "author of the scenario", session: true, allow: everyAccount, saved: mayDelete}
)

// roles is the access of accounts with one of some roles that are not bound to an agency: what is behind it is about all of them.
func roles(name string, list ...account.Role) access {
	return access{name: name, session: true, allow: func(a account.Account, _ func(string) string) bool { return a.Is(list...) && a.Reach().All }}
}

// localRoles is the access of accounts with one of some roles, bound to an agency or not: handlers keep to Account.Reach.
func localRoles(name string, list ...account.Role) access {
	return access{name: name, session: true, allow: func(a account.Account, _ func(string) string) bool { return a.Is(list...) }}
}

func everyAccount(account.Account, func(string) string) bool { return true }

func mayDelete(a account.Account, x scenario.Scenario) bool {
	return a.ID == x.Author && a.MayRead(x.Agency)
}

// proven is the access of those who are allowed by who and gave their password or a factor a short while ago. It is for acts that
// cannot be taken back and for what opens an account.
func proven(who access) access {
	who.recent = true
	return who
}

// Keys of what the guard leaves for the handler.
const (
	accountKey  = "account"
	sessionKey  = "session"
	viaKey      = "via" // id of the token
	scenarioKey = "scenario"
)

// guard lets a request through to the handler if its account may use the route.
func (s *Server) guard(who access, next echo.HandlerFunc) echo.HandlerFunc {
	if !who.session {
		return next
	}
	return func(c echo.Context) error {
		if who.allow != nil {
			c.Response().Header().Set("Cache-Control", "private, no-store")
		}
		if err := s.admitted(c, who); err != nil {
			return err
		}
		if who.allow == nil {
			return next(c)
		}
		a, ok := accountOf(c)
		if !ok {
			if isAPI(c) {
				c.Response().Header().Set(echo.HeaderWWWAuthenticate, `Bearer realm="thuocdo"`)
				askForPassword(c)
			}
			return problem.ErrSignInFirst
		}
		if !who.allow(a, c.Param) {
			return problem.ErrForbidden
		}
		if sessionOf(c).Lacking && !who.lacking {
			return problem.ErrFactor
		}
		actAs(c, a)
		if who.recent {
			if ok, err := s.proved(c, a); !ok {
				return err
			}
		}
		if who.saved == nil {
			return next(c)
		}
		x, err := s.store.Scenario(c.Request().Context(), c.Param("scenario"))
		if err != nil {
			return err
		}
		if !who.saved(a, x) {
			return problem.ErrForbidden
		}
		c.Set(scenarioKey, x)
		return next(c)
	}
}

// actAs has the log say that an account does what a request does.
func actAs(c echo.Context, a account.Account) {
	c.SetRequest(c.Request().WithContext(audit.With(c.Request().Context(), actorOf(c, a))))
}

// accountOf returns the signed-in account of a request.
func accountOf(c echo.Context) (account.Account, bool) {
	a, ok := c.Get(accountKey).(account.Account)
	return a, ok
}

// scenarioOf returns the scenario in the path and who asks for it, behind a guard that knows both.
func scenarioOf(c echo.Context) (scenario.Scenario, account.Account) {
	x, _ := c.Get(scenarioKey).(scenario.Scenario)
	a, _ := accountOf(c)
	return x, a
}
