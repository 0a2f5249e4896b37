package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"thuocdo/cmd/thuocdo/measure"
)

// next is the next request of whoever has this connection: a leaf is opened, or what is typed into it is saved.
func (x *rush) next(c *measure.Conn, _ int64) (measure.Outcome, error) {
	who, ok := x.who.Load(c)
	if !ok {
		who, _ = x.who.LoadOrStore(c, x.officers[int(x.taken.Add(1)-1)%len(x.officers)])
	}
	o := who.(*benchOfficer)
	if o.leaf == "" {
		return x.open(c, o)
	}
	return x.save(c, o)
}

// choose returns the leaf that an officer opens next: one of their own, or now and then one of those that colleagues open too.
func (x *rush) choose(o *benchOfficer) string {
	leaves := x.set.leaves
	o.turns++
	common := leaves[:max(1, len(leaves)/10)]
	own := leaves[len(common):]
	pick := uint64(o.n+1)*2654435761 + uint64(o.turns)*40503 // spread, and the same in every run
	if int(pick>>7%100) < x.shared {
		return common[int(pick>>16)%len(common)]
	}
	mates := max(1, (len(x.officers)+len(x.set.agencies)-1)/len(x.set.agencies))
	mine := o.n / len(x.set.agencies) // place among the officers of the agency
	var list []string
	for i := mine; i < len(own); i += mates {
		list = append(list, own[i])
	}
	if len(list) == 0 {
		list = own
	}
	return list[int(pick>>16)%len(list)]
}

func (o *benchOfficer) path(leaf string) string {
	return "/quan-tri/danh-gia/" + benchSeason + "/phieu/" + o.agency + "/" + url.PathEscape(leaf)
}

// open opens a leaf.
func (x *rush) open(c *measure.Conn, o *benchOfficer) (measure.Outcome, error) {
	leaf := x.choose(o)
	start := time.Now()
	a, err := c.Do(fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\nAccept-Encoding: identity\r\n\r\n", o.path(leaf), c.Addr, o.cookie))
	took := time.Since(start)
	how, err := measure.Of(a, http.StatusOK, err)
	if how == measure.Failed {
		err = fmt.Errorf("open %s: %w", o.path(leaf), err)
	}
	if how != measure.Done {
		return how, err
	}
	forms := measure.Forms(c.Body)
	i := slices.IndexFunc(forms, func(f measure.Form) bool { return len(f.Texts) > 0 && f.Fields.Has(benchVersion) })
	if i < 0 {
		return measure.Failed, fmt.Errorf("%s: no form to fill in", o.path(leaf))
	}
	o.leaf, o.form = leaf, forms[i]
	x.lock.Lock()
	x.pages = append(x.pages, took)
	x.lock.Unlock()
	return how, nil
}

// save sends the claim back with other words. A conflict that is stated is an answer, too.
func (x *rush) save(c *measure.Conn, o *benchOfficer) (measure.Outcome, error) {
	leaf, form := o.leaf, o.form
	o.leaf = ""
	seen, err := strconv.ParseInt(form.Fields.Get(benchVersion), 10, 64)
	if err != nil {
		return measure.Failed, fmt.Errorf("%s: no version", o.path(leaf))
	}
	words := fmt.Sprintf("%s, lần %d", officerLogin(o.n), o.turns)
	form.Fields.Set(form.Texts[0], words)
	form.Fields.Set("lam", "luu") // the button that saves and stays
	body := form.Fields.Encode()
	start := time.Now()
	a, err := c.Do(fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s",
		form.Action, c.Addr, o.cookie, len(body), body))
	took := time.Since(start)
	x.lock.Lock()
	defer x.lock.Unlock()
	key := o.agency + " " + leaf
	if err == nil && a.Status == http.StatusConflict {
		x.clashes = append(x.clashes, took)
		return measure.Done, nil
	}
	how, err := measure.Of(a, http.StatusSeeOther, err)
	switch how {
	case measure.Done:
		x.saves = append(x.saves, took)
		x.acked[key] = append(x.acked[key], saved{seen + 1, words})
	case measure.Failed:
		x.unsure[key] = true
		err = fmt.Errorf("save %s: %w", o.path(leaf), err)
	}
	return how, err
}

// verify compares what was acknowledged with what is stored: every acknowledged save made one version of its leaf, and the last of
// them is what stands. A save that failed may be stored all the same, so its leaf is left out.
func (x *rush) verify(ctx context.Context, path string, r *seasonReport) error {
	store, err := (&dbFlag{DB: path}).read(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	report, err := store.Doctor(ctx)
	if err != nil {
		return err
	}
	if !report.OK() {
		return errUnhealthy
	}
	sheets, err := store.Sheets(ctx, benchSeason)
	if err != nil {
		return err
	}
	var faults []error
	for _, sheet := range sheets {
		for _, leaf := range x.set.leaves {
			key := sheet.Agency + " " + leaf
			if x.unsure[key] {
				continue
			}
			l := sheet.Leaves[leaf]
			list := x.acked[key]
			slices.SortFunc(list, func(a, b saved) int { return int(a.version - b.version) })
			r.Leaves++
			if want := int64(1 + len(list)); l.Version != want {
				faults = append(faults, fmt.Errorf("%s: version %d is stored, %d saves were acknowledged", key, l.Version, len(list)))
			}
			for i, s := range list {
				if s.version != int64(i)+2 {
					faults = append(faults, fmt.Errorf("%s: two saves over version %d were acknowledged", key, s.version-1))
				}
			}
			if len(list) > 0 && l.Claim.Explanation != list[len(list)-1].words {
				faults = append(faults, fmt.Errorf("%s: %q is stored, %q was acknowledged last", key, l.Claim.Explanation, list[len(list)-1].words))
			}
		}
	}
	r.Lost = len(faults)
	if r.Load.Failed > 0 {
		faults = append(faults, errors.New("requests failed: "+r.Load.Fault))
	}
	if len(x.saves) == 0 {
		faults = append(faults, errors.New("nothing was saved"))
	}
	return errors.Join(faults[:min(len(faults), 20)]...)
}

// benchVersion is the field of a leaf's form with the version that is shown.
const benchVersion = "thay"
