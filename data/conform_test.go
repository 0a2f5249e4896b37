package data

import (
	"context"
	"iter"
	"testing"
	"time"

	"thuocdo/scoring"
	"thuocdo/scoring/assess"
	"thuocdo/scoring/reform"
	"thuocdo/scoring/remedy"
	"thuocdo/scoring/scenario"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
	"thuocdo/survey/account"
	"thuocdo/survey/opinion"
	"thuocdo/survey/paper"
	"thuocdo/survey/quality"
	"thuocdo/survey/sketch"
)

// conforming is everything the rest of the program asks of a store, whatever database is behind it.
type conforming interface {
	definer
	survey.Log
	survey.Waves
	standing.Source
	Waves(context.Context) ([]survey.Wave, error)
	Agencies(context.Context) ([]survey.Agency, error)
	Agency(context.Context, string) (survey.Agency, error)
	Successions(context.Context) ([]survey.Succession, error)
	Frameworks(context.Context) ([]*scoring.Framework, error)
	Form(ctx context.Context, code, version string) (*survey.Form, error)
	Periods(context.Context, string) ([]survey.Period, error)
	Stamp(ctx context.Context, period string, v standing.View) (string, error)
	Counted(context.Context, [16]byte) (string, bool, error)
	Responses(context.Context, string, func(survey.StoredResponse) error) error
	Scan(context.Context, string, func(survey.StoredResponse, bool) error) error
	AppendAll(context.Context, string, iter.Seq2[survey.Entry, error]) (int, error)
	PutScores(ctx context.Context, framework, period string, scores map[string]map[string]scoring.LeafInput, withheld ...string) error
	PutScenario(context.Context, scenario.Scenario) error
	Scenario(ctx context.Context, id string) (scenario.Scenario, error)
	Scenarios(ctx context.Context, of account.Scope) ([]scenario.Scenario, error)
	DeleteScenario(ctx context.Context, id string, author int64) error
	PutReform(ctx context.Context, r reform.Report) error
	Reform(ctx context.Context, agency, period string) (reform.Report, error)
	Reforms(ctx context.Context, of account.Scope) ([]reform.Report, error)
	PutTask(ctx context.Context, t remedy.Task) (int64, error)
	Tasks(ctx context.Context, of remedy.Of) ([]remedy.Task, error)
	TasksWithin(ctx context.Context, of account.Scope) ([]remedy.Task, error)
	PublicTasks(ctx context.Context, agency string) ([]remedy.Task, error)
	Decide(context.Context, quality.Decision) (int64, error)
	Undo(ctx context.Context, wave string, id, author int64) error
	Decisions(ctx context.Context, wave string) ([]quality.Decision, error)
	Standings(ctx context.Context, wave string) (map[string]map[quality.Ref]quality.Standing, error)
	Preview(ctx context.Context, wave string, cases []quality.Case) (map[string]scoring.Survey, error)
	Returns(ctx context.Context, wave string) (map[string]quality.Returns, error)
	Reviewed(ctx context.Context, wave string, f quality.Filter, yield func(quality.Stored, quality.Flag) error) (*quality.Report, error)
	ResponsesAbout(ctx context.Context, wave, agency string, yield func(quality.Stored) error) error
	QualityRules(ctx context.Context, wave string) (quality.Rules, error)
	PutQualityRules(ctx context.Context, wave string, r quality.Rules) error
	Review(ctx context.Context, wave string) (quality.Review, error)
	CloseReview(ctx context.Context, wave string, author int64) error
	CountPages(ctx context.Context, wave string, list ...quality.PageCount) error
	PageCounts(ctx context.Context, wave string) ([]quality.PageCount, error)
	Opinions(ctx context.Context, wave, question string) ([]opinion.Text, error)
	Work(ctx context.Context, wave, question string) (*opinion.Work, error)
	PutFrame(ctx context.Context, wave string, f opinion.Frame) error
	PutCodings(ctx context.Context, wave, question string, account int64, list []opinion.Coding) error
	FinishCoding(ctx context.Context, wave, question string, account int64, done bool) error
	Resolve(ctx context.Context, wave, question string, list []opinion.Coding) error
	AccountByLogin(context.Context, string) (account.Account, error)
	AccountByID(context.Context, int64) (account.Account, error)
	PutToken(context.Context, account.Token, [32]byte) (string, error)
	TokenByDigest(context.Context, [32]byte) (account.Token, account.Account, error)
	Tokens(context.Context, int64) ([]account.Token, error)
	RevokeToken(ctx context.Context, of int64, id string) error
	PutAccount(context.Context, account.Account) (int64, error)
	FindCtx(context.Context, string) ([]byte, bool, error)
	CommitCtx(context.Context, string, []byte, time.Time) error
	DeleteCtx(context.Context, string) error
	BeginSession(context.Context, account.Session) error
	Session(ctx context.Context, id string) (account.Session, error)
	Sessions(ctx context.Context, account int64) ([]account.Session, error)
	SeeSession(ctx context.Context, id string) error
	ProveSession(ctx context.Context, id string) error
	LeaveSession(ctx context.Context, id string) error
	EndSession(ctx context.Context, account int64, id string) error
	EndSessions(ctx context.Context, account int64, keep ...string) (int64, error)
	KnowBrowser(ctx context.Context, account int64, digest [32]byte) error
	KnowsBrowser(ctx context.Context, login string, digest [32]byte) (bool, error)
	PutDraft(ctx context.Context, lookup [16]byte, expires survey.Day, sealed []byte) error
	Draft(ctx context.Context, lookup [16]byte) ([]byte, survey.Day, error)
	PurgeDrafts(ctx context.Context, today survey.Day) (int64, error)
	PutKiosk(ctx context.Context, k survey.Terminal, setup [16]byte) error
	ActivateKiosk(ctx context.Context, setup, token [16]byte) (survey.Terminal, error)
	Kiosk(ctx context.Context, token [16]byte) (survey.Terminal, error)
	DropKiosk(ctx context.Context, token [16]byte) error
	PutBatch(ctx context.Context, b paper.Batch) error
	Batches(ctx context.Context, wave string, of account.Scope) ([]paper.Batch, error)
	Batch(ctx context.Context, code string) (paper.Batch, []paper.Sheet, error)
	PutEntry(ctx context.Context, code string, number int, e paper.Entry, key string) (int, error)
	Entries(ctx context.Context, code string, number int) ([]paper.Entry, string, error)
	Settle(ctx context.Context, code string, number int, state paper.State, reason string) error
	NewSketch(context.Context, sketch.Sketch) error
	Sketch(ctx context.Context, id string) (sketch.Sketch, error)
	Sketches(context.Context) ([]sketch.Sketch, error)
	SaveSketch(context.Context, sketch.Sketch, sketch.Step) (int64, error)
	UndoSketch(ctx context.Context, id string, revision, editor int64, day survey.Day) error
	DeleteSketch(ctx context.Context, id string, revision int64) error
	PublishSketch(ctx context.Context, id string, revision, account int64, day survey.Day) error
	PublishQuestionnaire(ctx context.Context, q *survey.Questionnaire, account int64, day survey.Day) error
	Editions(context.Context) ([]survey.Edition, error)
	PutSeason(context.Context, assess.Season) error
	OpenSeason(ctx context.Context, code string) error
	CloseSeason(ctx context.Context, code string) error
	Seasons(context.Context) ([]assess.Season, error)
	Season(ctx context.Context, code string) (*assess.Season, *scoring.Plan, error)
	Sheets(ctx context.Context, season string) ([]assess.Sheet, error)
	Sheet(ctx context.Context, season, agency string) (*assess.Sheet, error)
	Assess(ctx context.Context, season string, turns ...assess.Turn) error
	CheckAssess(ctx context.Context, season string, turns ...assess.Turn) error
	Ready(context.Context) error
}

// behaviour is one thing that every store does.
type behaviour struct {
	name  string
	check func(t *testing.T, open maker)
}

// maker makes an empty store with a clock of its own.
type maker func(t testing.TB, now func() time.Time) conforming

func TestSQLiteStoreConforms(t *testing.T) {
	t.Parallel()
	conform(t, func(t testing.TB, now func() time.Time) conforming {
		return mustOpen(t, Options{Now: now, Patience: unhurried})
	})
}

// conform checks what every store must do.
func conform(t *testing.T, open maker) {
	for _, group := range [][]behaviour{agencies, editions, waves, answers, bulkLoads, views, scores, accounts, tokens, signedIn, scenarios, sketching, drafts, kiosksAndPaper, reviews, opinions, seasonal, remedies, reforms} {
		for _, b := range group {
			t.Run(b.name, func(t *testing.T) { t.Parallel(); b.check(t, open) })
		}
	}
}

// responsesOf returns how many answers a reader sees of an agency in wave "w".
func responsesOf(t testing.TB, s standing.Source, v standing.View, agency string) int64 {
	t.Helper()
	r, err := s.Surveys(t.Context(), "sipas", "2026", v)
	must(t, err)
	if r.ByAgency[agency] == nil {
		return 0
	}
	return r.ByAgency[agency].Responses()
}

// seqOf yields entries one by one.
func seqOf(list []survey.Entry) iter.Seq2[survey.Entry, error] {
	return func(yield func(survey.Entry, error) bool) {
		for _, e := range list {
			if !yield(e, nil) {
				return
			}
		}
	}
}
