package assess

import (
	"reflect"
	"testing"
)

// clerk speaks for one agency and appraises another.
type clerk struct{ claims, appraises string }

func (c clerk) MayClaim(agency string) bool    { return agency == c.claims }
func (c clerk) MayAppraise(agency string) bool { return agency == c.appraises }
func (clerk) MayApprove(string) bool           { return false }
func (clerk) MayDecide() bool                  { return false }

func TestASeasonSaysWhoIsMissing(t *testing.T) {
	t.Parallel()
	sheets := []Sheet{{Agency: "a", Stage: Draft}, {Agency: "b", Stage: Council}, {Agency: "c", Stage: Final}}
	named := []Appraiser{{Login: "lan"}, {Login: "gone"}, {Login: "gone"}, {Login: "far"}}
	for name, c := range map[string]struct {
		season  Season
		workers map[string]Worker
		want    Vacant
	}{
		"an agency without an officer, logins that do not appraise": {Season{Appraisers: named}, map[string]Worker{"ha": clerk{claims: "a"}, "lan": clerk{appraises: "b"}, "far": clerk{appraises: "z"}},
			Vacant{Agencies: []string{"b"}, Appraisers: []string{"gone", "far"}}},
		"nobody":   {Season{}, nil, Vacant{Agencies: []string{"a", "b"}, NoneAtAll: true}},
		"everyone": {Season{}, map[string]Worker{"ha": clerk{"a", "a"}, "ho": clerk{claims: "b"}}, Vacant{}},
		"closed":   {Season{State: Closed}, nil, Vacant{}},
	} {
		if got := c.season.Vacancies(sheets, c.workers); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}
