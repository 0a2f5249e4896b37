package data

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"thuocdo/survey/audit"
)

// audited is one kind of things whose changes are logged.
type audited struct {
	kind audit.Kind
	rows string // selects subject and content of each; a condition can be added
}

// auditedKinds are the things that the log vouches for. Whatever exported method changes one of them records it.
var auditedKinds = []audited{
	{audit.Account, `SELECT login, json_array(login, name, role, agency, password, disabled) FROM (SELECT * FROM accounts WHERE gone = 0)`},
	{audit.Contact, `SELECT login, body FROM (SELECT c.account, a.login, json_array(a.login, c.email, hex(c.salt), c.lang, c.reminders) body
		FROM account_contacts c JOIN accounts a ON a.id = c.account)`},
	{audit.Token, `SELECT t.id, json_array(t.id, hex(t.digest), a.login, t.name, t.grants, t.expires) FROM tokens t JOIN accounts a ON a.id = t.account`},
	{audit.Agencies, `SELECT '', json_array((SELECT json_group_array(json_array(a.code, a.kind, a.form, a.name, p.code, a.valid_from, a.valid_to))
		FROM (SELECT * FROM agencies ORDER BY code) a LEFT JOIN agencies p ON p.id = a.parent),
		(SELECT json_group_array(json_array(o.code, t.code, s.day, s.kind, s.legal_basis)) FROM (SELECT * FROM successions ORDER BY day, origin, successor) s
		JOIN agencies o ON o.id = s.origin JOIN agencies t ON t.id = s.successor)) FROM (SELECT 1) WHERE EXISTS (SELECT 1 FROM agencies)`},
	{audit.Questionnaire, `SELECT code || ' ' || version, body FROM questionnaires`},
	{audit.Framework, `SELECT code || ' ' || version, body FROM frameworks`},
	{audit.Wave, `SELECT w.code, json_array(w.code, w.title, f.code, f.version, w.framework, w.period, w.opens, w.closes, w.basis, w.access, w.plan,
		(SELECT group_concat(code, ' ') FROM (SELECT a.code FROM wave_agencies m JOIN agencies a ON a.id = m.agency WHERE m.wave = w.id ORDER BY a.code)))
		FROM waves w JOIN questionnaires f ON f.id = w.questionnaire`},
	{audit.Design, `SELECT w.code, d.body FROM designs d JOIN waves w ON w.id = d.wave`},
	{audit.Scores, `SELECT s.framework || ' ' || s.period || ' ' || a.code, json_array(s.body, s.withheld) FROM scores s JOIN agencies a ON a.id = s.agency`},
	{audit.Task, `SELECT r.framework || ' ' || r.period || ' ' || g.code || ' ' || r.id, json_array(r.version, r.public, r.body) FROM remedies r JOIN agencies g ON g.id = r.agency`},
	{audit.Reform, `SELECT g.code || ' ' || r.period, json_array(r.version, r.body) FROM reform_reports r JOIN agencies g ON g.id = r.agency`},
	{audit.Review, `SELECT w.code, json_array(r.rules, r.closed, a.login) FROM reviews r JOIN waves w ON w.id = r.wave LEFT JOIN accounts a ON a.id = r.closed_by`},
	{audit.Decision, `SELECT w.code || ' ' || d.id, json_array(b.login, d.day, d.verdict, d.reason, d.note, d.rule, d.n, u.login,
		(SELECT group_concat(code || ' ' || hex(digest) || ' ' || copies, ',') FROM (SELECT a.code, v.digest, v.copies FROM verdicts v JOIN agencies a ON a.id = v.agency
		WHERE v.decision = d.id ORDER BY a.code, v.digest))) FROM decisions d JOIN waves w ON w.id = d.wave
		JOIN accounts b ON b.id = d.author LEFT JOIN accounts u ON u.id = d.undone_by`},
	{audit.Season, `SELECT code, json_array(state, body) FROM seasons`},
	{audit.Sheet, `SELECT x.code || ' ' || a.code, json_array(s.stage, s.head, s.reason) FROM sheets s JOIN seasons x ON x.id = s.season JOIN agencies a ON a.id = s.agency`},
	{audit.MoreTime, `SELECT x.code || ' ' || a.code || ' ' || t.stage, json_array(t.until, t.reason, t.author, t.at)
		FROM sheet_time t JOIN seasons x ON x.id = t.season JOIN agencies a ON a.id = t.agency`},
	{audit.Leaf, `SELECT x.code || ' ' || a.code || ' ' || l.leaf, json_array(l.version, l.body) FROM sheet_leaves l JOIN seasons x ON x.id = l.season JOIN agencies a ON a.id = l.agency`},
	{audit.Document, `SELECT x.code || ' ' || a.code || ' ' || e.digest, json_array(e.name, e.type, e.size, e.number, e.date, e.issuer, e.author, e.at, e.submitted)
		FROM evidence e JOIN seasons x ON x.id = e.season JOIN agencies a ON a.id = e.agency`},
	{audit.Frame, `SELECT w.code || ' ' || c.question, json_array(c.turn, c.body) FROM code_frames c JOIN waves w ON w.id = c.wave`},
	{audit.Texts, `SELECT w.code, json_array(e.day, e.n, e.texts) FROM erasures e JOIN waves w ON w.id = e.wave`},
	{audit.Release, `SELECT r.id, json_array(r.about, r.stored, r.out, r.ended, r.corrects, r.note, r.reason, r.crc,
		(SELECT group_concat(guest, ' ') FROM (SELECT guest FROM release_guests g WHERE g.release = r.id ORDER BY guest))) FROM releases r`},
	{audit.Hold, `SELECT framework || ' ' || period, json_array(since, reason) FROM release_holds`},
	{audit.Factors, `SELECT subject, body FROM (SELECT a.login subject, json_array((SELECT hex(sealed) FROM authenticators WHERE account = a.id AND confirmed),
		(SELECT json_group_array(json_array(hex(id), hex(handle), name, body)) FROM (SELECT * FROM passkeys WHERE account = a.id ORDER BY id)),
		(SELECT json_group_array(json_array(selector, hash)) FROM (SELECT * FROM recovery_codes WHERE account = a.id ORDER BY selector)),
		(SELECT json_group_array(json_array(issuer, subject)) FROM (SELECT * FROM identities WHERE account = a.id ORDER BY issuer, subject))) body FROM accounts a
		WHERE EXISTS (SELECT 1 FROM authenticators WHERE account = a.id AND confirmed) OR EXISTS (SELECT 1 FROM passkeys WHERE account = a.id)
		OR EXISTS (SELECT 1 FROM recovery_codes WHERE account = a.id) OR EXISTS (SELECT 1 FROM identities WHERE account = a.id))`},
	{audit.Webhook, `SELECT id, json_array(id, url, kinds, secret, made, private) FROM webhooks`},
	{audit.FactorRoles, `SELECT '', body FROM (SELECT json_group_array(role) body FROM (SELECT role FROM factor_roles ORDER BY role)) WHERE body <> '[]'`},
}

// auditedKind returns the description of a kind.
func auditedKind(kind audit.Kind) audited {
	for _, k := range auditedKinds {
		if k.kind == kind {
			return k
		}
	}
	panic("audit: no kind " + string(kind)) // a constant of this package
}

// each calls yield with the subject and the state of every thing of the kind that fits the condition.
func (k audited) each(ctx context.Context, q querier, where string, yield func(subject, state string) error, args ...any) error {
	query := k.rows
	if where != "" {
		query += ` WHERE ` + where
	}
	return each(ctx, q, query, func(r *sql.Rows) error {
		var subject string
		var content sql.RawBytes
		if err := r.Scan(&subject, &content); err != nil {
			return err
		}
		sum := sha256.Sum256(content)
		return yield(subject, hex.EncodeToString(sum[:]))
	}, args...)
}

// record logs, in the transaction of q, what became of the things of a kind that fit the condition. Those that are as the log says
// already give no row. Without an act it is audit.Added or audit.Changed.
func (s *Store) record(ctx context.Context, q querier, kind audit.Kind, act audit.Act, where string, args ...any) error {
	return s.recordBecause(ctx, q, kind, act, "", where, args...)
}

// recordBecause is record with the reason that was given.
func (s *Store) recordBecause(ctx context.Context, q querier, kind audit.Kind, act audit.Act, reason, where string, args ...any) error {
	k := auditedKind(kind)
	list, err := k.list(ctx, q, where, args...)
	for _, x := range list {
		if err == nil {
			err = s.recordOne(ctx, q, k, audit.Entry{Act: act, Subject: x.Subject, State: x.State, Reason: reason})
		}
	}
	return err
}

// list is each, read to the end: while rows are read, nothing can be written.
func (k audited) list(ctx context.Context, q querier, where string, args ...any) (list []audit.Entry, err error) {
	err = k.each(ctx, q, where, func(subject, state string) error {
		list = append(list, audit.Entry{Kind: k.kind, Subject: strings.Clone(subject), State: state})
		return nil
	}, args...)
	return list, err
}

// recordGone logs that a thing is no longer there.
func (s *Store) recordGone(ctx context.Context, q querier, kind audit.Kind, subject string) error {
	return s.recordOne(ctx, q, auditedKind(kind), audit.Entry{Act: audit.Removed, Subject: subject})
}

// note logs an act on a thing that is the same afterwards.
func (s *Store) note(ctx context.Context, q querier, kind audit.Kind, act audit.Act, where string, args ...any) error {
	list, err := auditedKind(kind).list(ctx, q, where, args...)
	for _, e := range list {
		if e.Act = act; err == nil {
			err = s.append(ctx, q, e)
		}
	}
	return err
}

// recordOne logs one act unless its thing is as the log says already.
func (s *Store) recordOne(ctx context.Context, q querier, k audited, e audit.Entry) error {
	var last string
	err := q.QueryRowContext(ctx, `SELECT coalesce(json_extract(body, '$.state'), '') FROM audit
		WHERE json_extract(body, '$.kind') = ? AND json_extract(body, '$.subject') IS ? ORDER BY id DESC LIMIT 1`, k.kind, orNull(e.Subject)).Scan(&last)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if last == e.State {
		return nil
	}
	if e.Act == "" {
		e.Act = audit.Changed
		if last == "" {
			e.Act = audit.Added
		}
	}
	e.Kind = k.kind
	return s.append(ctx, q, e)
}

// append adds an act to the log, with who did it and when.
func (s *Store) append(ctx context.Context, q querier, e audit.Entry) error {
	e.Actor, e.At = audit.Who(ctx), s.now().UTC().Truncate(time.Second)
	if e.Kind.ByDay() {
		e.At = s.today().Time()
	}
	return appendAudit(ctx, q, e)
}

// orNull returns what JSON leaves out where it is empty.
func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// appendAudit adds a row to the log and its hashes to the tree.
func appendAudit(ctx context.Context, q querier, e audit.Entry) error {
	body, err := json.Marshal(e)
	if err != nil {
		return err
	}
	n, err := auditSize(ctx, q)
	if err != nil {
		return err
	}
	hashes, err := tlog.StoredHashes(n, body, treeIn(ctx, q))
	if err != nil {
		return fmt.Errorf("audit row %d: %w: %w", n+1, ErrCorrupt, err)
	}
	if _, err := q.ExecContext(ctx, `INSERT INTO audit (id, body) VALUES (?, ?)`, n+1, string(body)); err != nil {
		return err
	}
	first := tlog.StoredHashIndex(0, n)
	for i, h := range hashes {
		if _, err := q.ExecContext(ctx, `INSERT INTO audit_hashes (id, hash) VALUES (?, ?)`, first+int64(i), h[:]); err != nil {
			return fmt.Errorf("audit row %d: %w", n+1, err)
		}
	}
	return nil
}

func auditSize(ctx context.Context, q querier) (n int64, err error) {
	err = q.QueryRowContext(ctx, `SELECT coalesce(max(id), 0) FROM audit`).Scan(&n)
	return n, err
}

// treeIn reads the hashes of the tree as they are stored.
func treeIn(ctx context.Context, q querier) tlog.HashReaderFunc {
	return func(indexes []int64) ([]tlog.Hash, error) {
		list := make([]tlog.Hash, len(indexes))
		for i, id := range indexes {
			var h []byte
			if err := q.QueryRowContext(ctx, `SELECT hash FROM audit_hashes WHERE id = ?`, id).Scan(&h); err != nil {
				return nil, fmt.Errorf("hash %d: %w", id, err)
			}
			copy(list[i][:], h)
		}
		return list, nil
	}
}

// beginAudit takes what is there into the log of a database that had none.
func (s *Store) beginAudit(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	r, err := tx.ExecContext(ctx, `DELETE FROM audit_pending`)
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return err
	}
	e := audit.Entry{At: s.now().UTC().Truncate(time.Second), Actor: audit.Who(ctx), Kind: audit.Log, Act: audit.Begun}
	if err := appendAudit(ctx, tx, e); err != nil {
		return err
	}
	for _, k := range auditedKinds {
		if err := s.record(ctx, tx, k.kind, audit.Adopted, ""); err != nil {
			return fmt.Errorf("%s: %w", k.kind, err)
		}
	}
	return tx.Commit()
}

// auditMost is how many rows of the log are read at once where the filter does not say.
const auditMost = 50

// Audit returns rows of the log that a filter chooses, newest first.
func (s *Store) Audit(ctx context.Context, f audit.Filter) (list []audit.Entry, err error) {
	if f.Most <= 0 {
		f.Most = auditMost
	}
	where, args := []string{"true"}, []any{}
	also := func(on bool, condition string, arg any) {
		if on {
			where, args = append(where, condition), append(args, arg)
		}
	}
	also(f.Kind != "", `json_extract(body, '$.kind') = ?`, f.Kind)
	also(f.By != "", `json_extract(body, '$.by') = ?`, f.By)
	also(!f.From.IsZero(), `json_extract(body, '$.at') >= ?`, f.From.UTC().Format(time.RFC3339))
	also(!f.To.IsZero(), `json_extract(body, '$.at') < ?`, f.To.UTC().Format(time.RFC3339))
	also(f.Before > 0, `id < ?`, f.Before)
	err = each(ctx, s.read, `SELECT id, body FROM audit WHERE `+strings.Join(where, " AND ")+` ORDER BY id DESC LIMIT ?`, func(r *sql.Rows) error {
		var e audit.Entry
		var n int64
		var body []byte
		if err := r.Scan(&n, &body); err != nil {
			return err
		}
		if err := json.Unmarshal(body, &e); err != nil {
			return fmt.Errorf("audit row %d: %w: %w", n, ErrCorrupt, err)
		}
		e.N = n
		list = append(list, e)
		return nil
	}, append(args, f.Most)...)
	return list, storage(err)
}

// AuditHead returns the head of the log, which whoever keeps it can later compare with.
func (s *Store) AuditHead(ctx context.Context) (audit.Head, error) {
	tx, err := s.read.BeginTx(ctx, nil)
	if err != nil {
		return audit.Head{}, storage(err)
	}
	defer tx.Rollback()
	n, err := auditSize(ctx, tx)
	if err != nil {
		return audit.Head{}, storage(err)
	}
	h, err := tlog.TreeHash(n, treeIn(ctx, tx))
	if err != nil {
		return audit.Head{}, fmt.Errorf("audit: %w: %w", ErrCorrupt, err)
	}
	return headOf(n, h), nil
}

func headOf(n int64, h tlog.Hash) audit.Head {
	return audit.Head{Size: n, Hash: hex.EncodeToString(h[:])}
}
