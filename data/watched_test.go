package data

import (
	"testing"

	"thuocdo/scoring/reform"
	"thuocdo/survey/account"
	"thuocdo/survey/webhook"
)

// TestWhatIsChangedBySQLIsNamed changes things of kinds that have no such test of their own, one at a time.
func TestWhatIsChangedBySQLIsNamed(t *testing.T) {
	t.Parallel()
	path := filled(t)
	s := mustOpenAt(t, path, Options{Now: during})
	parIndex(t, s)
	ctx := t.Context()
	lan := mustAuthor(t, s, "lan")
	must(t, s.SetContact(ctx, lan, account.Contact{Email: "lan@example.vn", Lang: "vi"}))
	token := must1(s.PutToken(ctx, aToken(lan, "Báo cáo", 30), [32]byte{1}))(t)
	must1(s.PutTask(ctx, taskOf("x-000", "một")))(t)
	must(t, s.PutReform(ctx, reform.Report{Agency: "x-000", Period: "2026-Q3", Texts: map[reform.Section]string{reform.Lead: "Đã chỉ đạo"}}))
	hook := must1(s.PutWebhook(ctx, webhook.Hook{URL: "https://a.example", Kinds: webhook.Kinds}))(t)
	must(t, s.Hold(ctx, "sipas", "2026", "chờ họp"))
	wantHealthy(t, s)
	must(t, s.Close())
	for sql, item := range map[string]string{
		`UPDATE tokens SET expires = expires + 1`:                        "token " + token,
		`DELETE FROM tokens`:                                             "token " + token,
		`UPDATE webhooks SET url = 'https://b.example'`:                  "webhook " + hook.ID,
		`UPDATE release_holds SET reason = ''`:                           "hold sipas 2026",
		`DELETE FROM release_holds`:                                      "hold sipas 2026",
		`DELETE FROM webhooks`:                                           "webhook " + hook.ID,
		`UPDATE remedies SET public = 1`:                                 "task par-index-province 2026 x-000 1",
		`UPDATE reform_reports SET version = 9`:                          "reform x-000 2026-Q3",
		`DELETE FROM reform_reports`:                                     "reform x-000 2026-Q3",
		`UPDATE account_contacts SET email = 'kẻ khác@example.vn'`:       "contact lan",
		`UPDATE accounts SET role = 'administrator' WHERE login = 'lan'`: "account lan",
	} {
		tampered := copyOf(t, path)
		tamper(t, tampered, sql)
		wantProblem(t, examine(t, tampered), CheckAudited, Problem{Item: item})
	}
}
