package data

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"thuocdo/scoring/phrase"
	"thuocdo/survey/audit"
)

// tree holds the hashes of a log in memory, in the order of tlog.
type tree []tlog.Hash

// ReadHashes returns hashes by index.
func (t tree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	list := make([]tlog.Hash, len(indexes))
	for i, at := range indexes {
		if at >= int64(len(t)) {
			return nil, fmt.Errorf("no hash %d", at)
		}
		list[i] = t[at]
	}
	return list, nil
}

// VerifyAudit computes the whole log anew from its rows, compares it with the stored tree, and with heads that were kept
// elsewhere. The verdict names the first row that was changed, moved, removed or put in.
func (s *Store) VerifyAudit(ctx context.Context, kept ...audit.Head) (audit.Verdict, error) {
	tx, err := s.read.BeginTx(ctx, nil)
	if err != nil {
		return audit.Verdict{}, storage(err)
	}
	defer tx.Rollback()
	v, err := verifyAudit(ctx, tx, kept, func(audit.Entry) {})
	return v, storage(err)
}

// verifyAudit is VerifyAudit in a transaction; it calls yield for every row that holds.
func verifyAudit(ctx context.Context, q querier, kept []audit.Head, yield func(audit.Entry)) (v audit.Verdict, err error) {
	stored, err := storedTree(ctx, q)
	if err != nil {
		return v, err
	}
	var anew tree
	n := int64(0)
	err = each(ctx, q, `SELECT id, body FROM audit ORDER BY id`, func(r *sql.Rows) error {
		var id int64
		var body []byte
		if err := r.Scan(&id, &body); err != nil || v.Broken != 0 {
			return err
		}
		if id != n+1 {
			v.Broken, v.Why = n+1, phrase.VI("dòng này không còn", "the row is gone")
			return nil
		}
		hashes, err := tlog.StoredHashes(n, body, anew)
		if err != nil {
			return err
		}
		if v.Why = unlike(hashes, stored, len(anew)); v.Why != nil {
			v.Broken = id
			return nil
		}
		var e audit.Entry
		if err := json.Unmarshal(body, &e); err != nil {
			return err
		}
		anew, n, e.N = append(anew, hashes...), id, id
		yield(e)
		return nil
	})
	if err != nil {
		return v, err
	}
	if v.Broken == 0 && (n == 0 || len(stored) > len(anew)) {
		v.Broken, v.Why = n+1, phrase.VI("các dòng từ đây về sau đã bị xóa", "the rows from here on were removed")
	}
	if n > 0 {
		h, err := tlog.TreeHash(n, anew)
		if err != nil {
			return v, err
		}
		v.Head = headOf(n, h)
	}
	return compareHeads(v, anew, kept)
}

// unlike says how the hashes that a row gives differ from the stored ones.
func unlike(hashes []tlog.Hash, stored tree, at int) phrase.Text {
	for i, h := range hashes {
		switch {
		case at+i >= len(stored):
			return phrase.VI("dòng này không có trong chuỗi băm", "the row is not in the chain")
		case stored[at+i] != h && i == 0:
			return phrase.VI("nội dung dòng này đã bị đổi", "the content of the row was changed")
		case stored[at+i] != h:
			return phrase.VI("chuỗi băm tại dòng này đã bị đổi", "the chain at this row was changed")
		}
	}
	return nil
}

// compareHeads wants the log to contain what it was when each head was kept.
func compareHeads(v audit.Verdict, anew tree, kept []audit.Head) (audit.Verdict, error) {
	for _, h := range kept {
		if v.Broken != 0 {
			break
		}
		if h.Size > v.Head.Size {
			v.Broken = v.Head.Size + 1
			v.Why = phrase.VI(fmt.Sprintf("nhật ký đã từng có %d dòng", h.Size), fmt.Sprintf("the log had %d rows once", h.Size))
			break
		}
		was, err := tlog.TreeHash(h.Size, anew)
		if err != nil {
			return v, err
		}
		if headOf(h.Size, was) != h {
			v.Broken = 1
			v.Why = phrase.VI(fmt.Sprintf("%d dòng đầu không phải là những dòng đã được ghi khi lưu mã băm", h.Size),
				fmt.Sprintf("the first %d rows are not those that the kept head was of", h.Size))
		}
	}
	return v, nil
}

// storedTree reads the stored hashes, as far as they go without a gap.
func storedTree(ctx context.Context, q querier) (t tree, err error) {
	err = each(ctx, q, `SELECT id, hash FROM audit_hashes ORDER BY id`, func(r *sql.Rows) error {
		var id int64
		var hash sql.RawBytes
		if err := r.Scan(&id, &hash); err != nil {
			return err
		}
		if id == int64(len(t)) {
			t = append(t, tlog.Hash(hash))
		}
		return nil
	})
	return t, err
}

// audit verifies the log of acts, and that what it vouches for is as it says.
func (d *doctor) audit(ctx context.Context) error {
	type last struct {
		n     int64
		state string
	}
	said := map[audit.Kind]map[string]last{}
	for _, k := range auditedKinds {
		said[k.kind] = map[string]last{}
	}
	v, err := verifyAudit(ctx, d.q, nil, func(e audit.Entry) {
		if of := said[e.Kind]; of != nil {
			of[e.Subject] = last{e.N, e.State}
		}
	})
	if err != nil {
		return err
	}
	if !v.OK() {
		chain := d.checks[CheckAudit]
		chain.Problems = append(chain.Problems, Problem{Item: fmt.Sprintf("audit %d", v.Broken), Message: v.Why})
	}
	c := d.checks[CheckAudited]
	for _, k := range auditedKinds {
		of := said[k.kind]
		err := k.each(ctx, d.q, "", func(subject, state string) error {
			at := Problem{Item: nameOf(k.kind, subject)}
			switch was, ok := of[subject]; {
			case !ok || was.state == "":
				c.add(at, "không có trong nhật ký", "it is not in the log")
			case was.state != state:
				c.add(at, "không còn như nhật ký ghi ở dòng %d", "it is not what row %d of the log says", was.n)
			}
			delete(of, subject)
			return nil
		})
		if err != nil {
			return fmt.Errorf("%s: %w", k.kind, err)
		}
		for subject, was := range of {
			if was.state != "" {
				c.add(Problem{Item: nameOf(k.kind, subject)}, "đã mất, dù nhật ký còn ghi ở dòng %d", "it is gone, though row %d of the log has it", was.n)
			}
		}
	}
	return nil
}

func nameOf(kind audit.Kind, subject string) string {
	if subject == "" {
		return string(kind)
	}
	return string(kind) + " " + subject
}
