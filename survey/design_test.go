package survey

import (
	"errors"
	"strings"
	"testing"

	"thuocdo/scoring/phrase"
)

func readDesign(tb testing.TB, table string) (*Design, error) {
	tb.Helper()
	var f *DesignFile
	for i, line := range strings.Split(strings.TrimSpace(table), "\n") {
		cells := strings.Split(line, ",")
		if f != nil {
			f.Add(i+1, cells)
			continue
		}
		var err error
		if f, err = NewDesignFile(1, cells); err != nil {
			return nil, err
		}
	}
	return f.Design()
}

// 1 of 5 villages of 40 and 60 people: a person stands for 5 · 40/2 and 5 · 60/3 people.
func TestATableOfUnitsIsReadAsADesign(t *testing.T) {
	t.Parallel()
	d, err := readDesign(t, "agency,stratum,cluster1,fpc1,weight,unit,drawn,population\n01,a,c2,10,5,u2,3,60\n01,a,c1,10,5,u1,2,40")
	if err != nil {
		t.Fatal(err)
	}
	u, ok := d.Unit("u1")
	if !ok || u.Weight != 100 || u.Drawn != 2 || u.Counts[1] != 40 || u.Class != "a" || d.Drawn() != 5 || d.Units[1].Weight != 100 {
		t.Errorf("got %+v of %+v", u, d)
	}
}

func TestATableOfPeopleIsGatheredIntoUnitsThatNameNobody(t *testing.T) {
	t.Parallel()
	d, err := readDesign(t, "id,agency,svy_stratum,svy_unit1,svy_unit2,svy_fpc1,svy_fpc2,svy_weight\n1,01,a,A/3,A/3/1,10,40,100\n2,01,a,A/3,A/3/2,10,40,100")
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Units) != 1 || d.Units[0].Code != "A-3" || d.Units[0].Drawn != 2 || len(d.Units[0].Clusters) != 1 {
		t.Errorf("got %+v", d.Units)
	}
}

func TestEveryMistakeOfASampleIsNamedWithRowAndColumn(t *testing.T) {
	t.Parallel()
	for table, want := range map[string][]string{
		"agency,weight\n01,1":                                                          {"row 1"},
		"agency,stratum,weight,drawn\n,a,0,1.5":                                        {"row 2, column agency", "row 2, column weight", "row 2, column drawn"},
		"agency,stratum,weight,drawn\n1,a,NaN,-1":                                      {"row 2, column weight", "row 2, column drawn"},
		"agency,stratum,weight,unit,drawn\n1,a,1,u,1\n1,a,1,u,1":                       {"row 3, column unit"},
		"agency,svy_stratum,svy_unit1,svy_unit2,svy_weight\n1,a,c,c/1,2\n1,a,c,c/2,3":  {"row 3, column weight"},
		"agency,stratum,weight,unit,drawn,population\n1,a,1,u,9,3\n1,a,1,<script>,1,2": {"row 2, column population", "row 3, column unit"},
	} {
		_, err := readDesign(t, table)
		var m phrase.Mistakes
		if !errors.As(err, &m) {
			t.Errorf("%q: got %v, want mistakes", table, err)
			continue
		}
		for _, at := range want {
			found := false
			for _, x := range m {
				found = found || strings.HasPrefix(x.Path, at)
			}
			if !found {
				t.Errorf("%q: %v, want one at %s", table, m, at)
			}
		}
	}
}

func FuzzDesignFile(f *testing.F) {
	f.Add("agency,stratum,weight,unit,drawn\n01,a,1,u1,2")
	f.Add("agency,svy_stratum,svy_unit1,svy_fpc1,svy_weight\n01,a,p1,10,1e300")
	f.Fuzz(func(t *testing.T, table string) {
		d, err := readDesign(t, table)
		if err != nil {
			return
		}
		for _, u := range d.Units {
			if !placeCode.MatchString(u.Code) || !(u.Weight > 0) || u.Drawn < 1 {
				t.Errorf("accepted %+v", u)
			}
		}
	})
}
