package data

import (
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"thuocdo/data/reference"
	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
	"thuocdo/survey/account"
)

var agencies = []behaviour{
	{"reference agencies come back as they were put, sorted", func(t *testing.T, open maker) {
		s := open(t, during)
		list, edges, err := reference.Agencies()
		must(t, err)
		must(t, s.PutAgencies(t.Context(), list, edges))
		must(t, s.PutAgencies(t.Context(), list, edges)) // again is harmless
		want := slices.Clone(list)
		slices.SortFunc(want, func(a, b survey.Agency) int { return comparePlain(a.Code, b.Code) })
		got, err := s.Agencies(t.Context())
		must(t, err)
		if !reflect.DeepEqual(got, want) {
			t.Error("agencies differ")
		}
		if got, err := s.Successions(t.Context()); err != nil || len(got) != len(edges) {
			t.Errorf("%d successions, want %d; %v", len(got), len(edges), err)
		}
		if got, err := s.Agency(t.Context(), list[0].Code); err != nil || !reflect.DeepEqual(got, list[0]) {
			t.Errorf("%+v, %v", got, err)
		}
		if _, err := s.Agency(t.Context(), "nowhere"); !errors.Is(err, survey.ErrUnknownAgency) {
			t.Errorf("got %v", err)
		}
	}},
	{"a list of agencies with mistakes is refused with all of them, and nothing is stored", func(t *testing.T, open maker) {
		s := open(t, during)
		name := phrase.VI("Xã", "Commune")
		list := []survey.Agency{
			{Code: "good", Kind: survey.Commune, Name: name},
			{Code: "", Kind: survey.Commune, Name: name},
			{Code: "b", Kind: "castle", Name: name},
			{Code: "c", Kind: survey.Commune},
			{Code: "d", Kind: survey.Commune, Name: name, Parent: "nowhere"},
			{Code: "good", Kind: survey.Commune, Name: name},
			{Code: "f", Kind: survey.Commune, Name: name, ValidFrom: 20, ValidTo: 10},
			{Code: "g", Kind: survey.Commune, Name: name, Parent: "h"},
			{Code: "h", Kind: survey.Commune, Name: name, Parent: "g"},
			{Code: "i", Kind: survey.Commune, Form: "ward", Name: name},
		}
		err := s.PutAgencies(t.Context(), list, []survey.Succession{{From: "good", To: "nowhere", Day: 1}, {From: "good", To: "f"}})
		wantMistakes(t, err, "$.agencies[1].code", "$.agencies[2].kind", "$.agencies[3].name.vi", "$.agencies[4].parent", "$.agencies[5].code",
			"$.agencies[6].valid_to", "$.agencies[7].parent", "$.agencies[8].parent", "$.agencies[9].kind", "$.successions[0].to", "$.successions[1].day")
		if got, _ := s.Agencies(t.Context()); len(got) != 0 {
			t.Errorf("%d agencies are stored", len(got))
		}
	}},
	{"a parent may come after its children, and an agency may change", func(t *testing.T, open maker) {
		s := open(t, during)
		child := survey.Agency{Code: "c", Kind: survey.Commune, Name: phrase.VI("Xã", "Commune"), Parent: "p"}
		parent := survey.Agency{Code: "p", Kind: survey.Province, Name: phrase.VI("Tỉnh", "Province")}
		must(t, s.PutAgencies(t.Context(), []survey.Agency{child, parent}, nil))
		child.ValidTo = 20_000
		must(t, s.PutAgencies(t.Context(), []survey.Agency{child}, nil))
		if got, err := s.Agency(t.Context(), "c"); err != nil || !reflect.DeepEqual(got, child) {
			t.Errorf("%+v, %v", got, err)
		}
	}},
	{"units are of the kind, valid on the last day of the period, sorted", func(t *testing.T, open maker) {
		s := open(t, during)
		list, edges, err := reference.Agencies()
		must(t, err)
		must(t, s.PutAgencies(t.Context(), append(communes(2), list...), edges))
		// 63 provinces before 1 July 2025 and 34 since then (reference/SOURCES.md).
		for period, want := range map[string]int{"2024": 63, "2025-H1": 63, "2025-06": 63, "2025-07": 34, "2025": 34, "2026-Q1": 34} {
			units, err := s.Units(t.Context(), []string{"province"}, period)
			must(t, err)
			if len(units) != want || !slices.IsSortedFunc(units, func(a, b standing.Unit) int { return comparePlain(a.Code, b.Code) }) {
				t.Errorf("%s: %d units, want %d, sorted", period, len(units), want)
			}
		}
		units, err := s.Units(t.Context(), []string{"commune", "district"}, "2026")
		if must(t, err); len(units) != 2 || units[0].Name["vi"] != "Xã 0" || units[0].Kind != "commune" {
			t.Errorf("%+v", units)
		}
		if _, err := s.Units(t.Context(), []string{"commune"}, "26"); !errors.Is(err, standing.ErrUnknownPeriod) {
			t.Errorf("got %v", err)
		}
	}},
}

var editions = []behaviour{
	{"a published questionnaire never changes", func(t *testing.T, open maker) {
		s := open(t, during)
		q := sipas(t)
		must(t, s.PutQuestionnaire(t.Context(), q))
		must(t, s.PutQuestionnaire(t.Context(), sipas(t)))
		q.Title = phrase.VI("Khác", "Other")
		if err := s.PutQuestionnaire(t.Context(), q); !errors.Is(err, ErrPublished) {
			t.Errorf("got %v, want ErrPublished", err)
		}
		q.Version += ".1"
		must(t, s.PutQuestionnaire(t.Context(), q))
		f, err := s.Form(t.Context(), q.Code, q.Version)
		if must(t, err); f.Questionnaire().Title["vi"] != "Khác" {
			t.Error("the new version has the old title")
		}
		if _, err := s.Form(t.Context(), q.Code, "none"); !errors.Is(err, ErrUnknownQuestionnaire) {
			t.Errorf("got %v", err)
		}
	}},
	{"a questionnaire that does not compile is refused with its mistakes", func(t *testing.T, open maker) {
		s := open(t, during)
		q := sipas(t)
		q.Pages[0].Blocks[0].Questions[0].List = "nothing"
		if err := s.PutQuestionnaire(t.Context(), q); !errors.As(err, new(phrase.Mistakes)) {
			t.Errorf("got %v, want mistakes", err)
		}
	}},
	{"a published framework never changes", func(t *testing.T, open maker) {
		s := open(t, during)
		f, err := reference.Framework("sipas", "")
		must(t, err)
		must(t, s.PutFramework(t.Context(), f))
		must(t, s.PutFramework(t.Context(), f.Clone()))
		f.Title = phrase.VI("Khác", "Other")
		if err := s.PutFramework(t.Context(), f); !errors.Is(err, ErrPublished) {
			t.Errorf("got %v, want ErrPublished", err)
		}
		f.MaxPoints++
		f.Version += "x"
		if err := s.PutFramework(t.Context(), f); !errors.As(err, new(phrase.Mistakes)) {
			t.Errorf("got %v, want mistakes", err)
		}
		if got, err := s.Frameworks(t.Context()); err != nil || len(got) != 1 {
			t.Errorf("%d frameworks, %v", len(got), err)
		}
	}},
	{"the framework of a period is the version in force at its end", frameworkInForce},
}

func frameworkInForce(t *testing.T, open maker) {
	s := open(t, during)
	base, err := reference.Framework("sipas", "")
	must(t, err)
	for _, v := range []struct{ version, from, to string }{
		{"a", "2020-01-01", "2023-12-31"}, {"b", "2024-01-01", ""}, {"c", "2025-06-01", ""}, {"d", "2026-01-01", "2026-06-30"},
	} {
		f := base.Clone()
		f.Version, f.Effective = v.version, scoring.Effective{From: v.from, To: v.to}
		must(t, s.PutFramework(t.Context(), f))
	}
	for _, c := range []struct {
		version, period, want string
		err                   error
	}{
		{"", "2023", "a", nil},
		{"", "2024", "b", nil},
		{"", "2025-05", "b", nil},
		{"", "2025-06", "c", nil},
		{"", "2026-Q1", "d", nil},
		{"", "2026", "c", nil}, // d ended in June
		{"a", "2026", "a", nil},
		{"a", "", "a", nil},
		{"", "2019", "", standing.ErrUnknownPeriod},
		{"", "soon", "", standing.ErrUnknownPeriod},
		{"z", "2026", "", standing.ErrUnknownFramework},
	} {
		p, err := s.Framework(t.Context(), "sipas", c.version, c.period)
		if !errors.Is(err, c.err) || err == nil && p.Framework().Version != c.want {
			t.Errorf("version %q in %q: %v, want version %q, %v", c.version, c.period, err, c.want, c.err)
		}
	}
	if _, err := s.Framework(t.Context(), "none", "", "2026"); !errors.Is(err, standing.ErrUnknownFramework) {
		t.Errorf("got %v", err)
	}
	one, _ := s.Framework(t.Context(), "sipas", "a", "")
	two, _ := s.Framework(t.Context(), "sipas", "", "2023")
	if one != two {
		t.Error("a plan was compiled twice")
	}
}

var waves = []behaviour{
	{"a wave comes back as it was put and opens from memory", func(t *testing.T, open maker) {
		s := open(t, during)
		define(t, s, 3)
		want := waveOver(t, "w", "2026", 3)
		list, err := s.Waves(t.Context())
		must(t, err)
		want.ID = list[0].ID
		if len(list) != 1 || !reflect.DeepEqual(list[0], want) {
			t.Errorf("got %+v\nwant %+v", list, want)
		}
		w := mustWave(t, s, "w")
		if !w.Has("x-002") || w.Has("x-003") || w.Form.Len() == 0 {
			t.Error("the open wave is not the stored one")
		}
		if _, err := s.OpenWave("none"); !errors.Is(err, survey.ErrUnknownWave) {
			t.Errorf("got %v", err)
		}
	}},
	{"a wave with mistakes is refused with all of them", func(t *testing.T, open maker) {
		s := open(t, during)
		define(t, s, 2)
		w := survey.Wave{
			Code: "Đợt 1", Questionnaire: "none", Framework: "none", Period: "2026-Q9", Opens: opening, Closes: opening, Basis: "grain",
			Agencies: []string{"x-000", "nowhere", "x-000"},
		}
		wantMistakes(t, s.PutWave(t.Context(), w), "$.code", "$.title.vi", "$.questionnaire", "$.framework", "$.period", "$.closes",
			"$.intervals", "$.agencies[1]", "$.agencies[2]")
		wantMistakes(t, s.PutWave(t.Context(), waveOver(t, "second", "2026", 2)), "$.period")
		w = waveOver(t, "third", "2027", 0)
		wantMistakes(t, s.PutWave(t.Context(), w), "$.agencies")
		if got, _ := s.Waves(t.Context()); len(got) != 1 {
			t.Errorf("%d waves are stored", len(got))
		}
	}},
	{"a wave without answers may change, one with answers only grow", func(t *testing.T, open maker) {
		s := open(t, during)
		define(t, s, 3)
		must(t, s.PutWave(t.Context(), waveOver(t, "w", "2026", 2)))
		e := entries(t, mustWave(t, s, "w"), 1)[0]
		_, err := s.Append(t.Context(), resend(t, mustWave(t, s, "w"), e, "x-001"))
		must(t, err)
		bad := waveOver(t, "w", "2026-H1", 1)
		bad.Basis = survey.ItemBasis
		wantMistakes(t, s.PutWave(t.Context(), bad), "$.period", "$.intervals", "$.agencies")
		good := waveOver(t, "w", "2026", 3)
		good.Closes = good.Closes.Add(time.Hour)
		must(t, s.PutWave(t.Context(), good))
		if w := mustWave(t, s, "w"); !w.Has("x-002") || !w.Closes.Equal(good.Closes) {
			t.Error("the open wave is not the changed one")
		}
		if _, err := s.Append(t.Context(), resend(t, mustWave(t, s, "w"), e, "x-002")); err != nil {
			t.Error(err)
		}
	}},
	{"periods have a wave or scores, newest first", func(t *testing.T, open maker) {
		s := open(t, during)
		define(t, s, 1)
		f, err := reference.Framework("par-index-province", "")
		must(t, err)
		must(t, s.PutFramework(t.Context(), f))
		for code, period := range map[string]survey.Period{"w25": "2025", "w26h1": "2026-H1", "w26q4": "2026-Q4"} {
			must(t, s.PutWave(t.Context(), waveOver(t, code, period, 1)))
		}
		got, err := s.Periods(t.Context(), "sipas")
		if want := []survey.Period{"2026-Q4", "2026", "2026-H1", "2025"}; err != nil || !slices.Equal(got, want) {
			t.Errorf("%v, %v; want %v", got, err, want)
		}
		if got, err := s.Periods(t.Context(), f.Code); err != nil || len(got) != 0 {
			t.Errorf("%v, %v; want none", got, err)
		}
		list, err := s.Waves(t.Context())
		must(t, err)
		if list[0].Code != "w26q4" || list[3].Code != "w25" {
			t.Errorf("waves are not newest first: %v", list)
		}
	}},
}

var scores = []behaviour{
	{"scores come back as they were put, agency by agency", func(t *testing.T, open maker) {
		s := open(t, during)
		plan := parIndex(t, s)
		leaf := typedLeaf(t, plan)
		x, y := 0.25, 0.5
		must(t, s.PutScores(t.Context(), plan.Framework().Code, "2026", map[string]map[string]scoring.LeafInput{
			"x-000": {leaf: {Self: &y, Appraised: &x}}, "x-001": {leaf: {NotApplicable: false, Appraised: &y}},
		}))
		must(t, s.PutScores(t.Context(), plan.Framework().Code, "2026", map[string]map[string]scoring.LeafInput{"x-001": {leaf: {Appraised: &x}}}))
		got, err := s.Scores(t.Context(), plan.Framework().Code, "2026")
		must(t, err)
		want := map[string]map[string]scoring.LeafInput{"x-000": {leaf: {Self: &y, Appraised: &x}}, "x-001": {leaf: {Appraised: &x}}}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got %v", got)
		}
		if got, err := s.Scores(t.Context(), plan.Framework().Code, "2025"); err != nil || len(got) != 0 {
			t.Errorf("another period has %v, %v", got, err)
		}
		if got, err := s.Periods(t.Context(), plan.Framework().Code); err != nil || !slices.Equal(got, []survey.Period{"2026"}) {
			t.Errorf("periods %v, %v", got, err)
		}
	}},
	{"scores with mistakes are refused with all of them", func(t *testing.T, open maker) {
		s := open(t, during)
		plan := parIndex(t, s)
		leaf := typedLeaf(t, plan)
		code, much, some := plan.Framework().Code, 1000.0, 0.25
		err := s.PutScores(t.Context(), code, "2026", map[string]map[string]scoring.LeafInput{
			"x-000":   {leaf: {Appraised: &much}, "none": {Appraised: &some}},
			"nowhere": {leaf: {Appraised: &some}},
		})
		wantMistakes(t, err, "nowhere", "x-000."+leaf, "x-000.none")
		if err := s.PutScores(t.Context(), "none", "2026", nil); !errors.Is(err, standing.ErrUnknownFramework) {
			t.Errorf("got %v", err)
		}
		if err := s.PutScores(t.Context(), code, "1926", nil); !errors.Is(err, standing.ErrUnknownPeriod) {
			t.Errorf("got %v", err)
		}
		if got, _ := s.Scores(t.Context(), code, "2026"); len(got) != 0 {
			t.Errorf("%d agencies are stored", len(got))
		}
	}},
}

// parIndex stores two communes and the reference reform index, and returns its plan.
func parIndex(t testing.TB, s conforming) *scoring.Plan {
	t.Helper()
	f, err := reference.Framework("par-index-province", "")
	must(t, err)
	must(t, s.PutAgencies(t.Context(), communes(2), nil))
	must(t, s.PutFramework(t.Context(), f))
	p, err := s.Framework(t.Context(), f.Code, f.Version, "")
	must(t, err)
	return p
}

// typedLeaf returns a leaf whose points are typed in.
func typedLeaf(t testing.TB, p *scoring.Plan) string {
	t.Helper()
	x := 0.25
	for _, n := range p.Nodes() {
		if n.Leaf >= 0 && p.CheckInput(n.Code, scoring.LeafInput{Appraised: &x, Self: &x}) == nil {
			return n.Code
		}
	}
	t.Fatal("no leaf takes typed points")
	return ""
}

var accounts = []behaviour{
	{"an account is found by login and id, and changes under its login", func(t *testing.T, open maker) {
		s := open(t, during)
		a := account.Account{Login: "Lan", Name: "Lan", Role: account.Officer, Agency: "x-000", Password: "$argon2id$…"}
		id, err := s.PutAccount(t.Context(), a)
		must(t, err)
		a.ID, a.Login = id, "lan"
		for _, login := range []string{"lan", "LAN"} {
			if got, err := s.AccountByLogin(t.Context(), login); err != nil || !reflect.DeepEqual(got, a) {
				t.Errorf("%+v, %v", got, err)
			}
		}
		a.Disabled = true
		if again, err := s.PutAccount(t.Context(), a); err != nil || again != id {
			t.Errorf("id %d, %v; want %d", again, err, id)
		}
		if got, err := s.AccountByID(t.Context(), id); err != nil || !reflect.DeepEqual(got, a) {
			t.Errorf("%+v, %v", got, err)
		}
		_, err = s.AccountByLogin(t.Context(), "nobody")
		_, err2 := s.AccountByID(t.Context(), id+1)
		if !errors.Is(err, account.ErrUnknown) || !errors.Is(err2, account.ErrUnknown) {
			t.Errorf("got %v, %v", err, err2)
		}
		if _, err := s.PutAccount(t.Context(), account.Account{Login: " "}); err == nil {
			t.Error("an empty login was stored")
		}
	}},
	{"an account knows the agencies below its own, as they are now", func(t *testing.T, open maker) {
		s := open(t, during)
		list := []survey.Agency{{Code: "p", Kind: survey.Province, Name: phrase.VI("Tỉnh", "Province")}, {Code: "c", Kind: survey.Commune, Parent: "p", Name: phrase.VI("Xã", "Commune")},
			{Code: "o", Kind: survey.OneStop, Parent: "c", Name: phrase.VI("Một cửa", "One-stop")}}
		must(t, s.PutAgencies(t.Context(), list, nil))
		id, err := s.PutAccount(t.Context(), account.Account{Login: "tinh", Role: account.Officer, Agency: "p"})
		must(t, err)
		below := func() []string {
			a, err := s.AccountByLogin(t.Context(), "tinh")
			must(t, err)
			b, err := s.AccountByID(t.Context(), id)
			must(t, err)
			if !slices.Equal(a.Below, b.Below) {
				t.Errorf("by login %q, by id %q", a.Below, b.Below)
			}
			return a.Below
		}
		if got := below(); !slices.Equal(got, []string{"c", "o"}) {
			t.Errorf("below: %q", got)
		}
		list[2].Parent = ""
		must(t, s.PutAgencies(t.Context(), list, nil))
		if got := below(); !slices.Equal(got, []string{"c"}) {
			t.Errorf("after a change: %q", got)
		}
	}},
	{"a session lives until it ends or is deleted", func(t *testing.T, open maker) {
		now := during()
		s := open(t, func() time.Time { return now })
		must(t, s.CommitCtx(t.Context(), "a", []byte("1"), now.Add(time.Hour)))
		must(t, s.CommitCtx(t.Context(), "b", []byte("2"), now.Add(time.Hour)))
		must(t, s.CommitCtx(t.Context(), "a", []byte("3"), now.Add(2*time.Hour)))
		must(t, s.DeleteCtx(t.Context(), "none"))
		wantSession(t, s, "a", "3")
		wantSession(t, s, "b", "2")
		now = now.Add(time.Hour)
		wantSession(t, s, "a", "3")
		wantSession(t, s, "b", "")
		must(t, s.DeleteCtx(t.Context(), "a"))
		wantSession(t, s, "a", "")
	}},
	{"a healthy store is ready", func(t *testing.T, open maker) {
		if err := open(t, during).Ready(t.Context()); err != nil {
			t.Error(err)
		}
	}},
}

func wantSession(t *testing.T, s conforming, token, want string) {
	t.Helper()
	b, found, err := s.FindCtx(t.Context(), token)
	if err != nil || string(b) != want || found != (want != "") {
		t.Errorf("session %s: %q, %v, %v; want %q", token, b, found, err, want)
	}
}

// wantMistakes wants an error that names exactly these places, in this order.
func wantMistakes(t *testing.T, err error, paths ...string) {
	t.Helper()
	var m phrase.Mistakes
	if !errors.As(err, &m) {
		t.Errorf("got %v, want mistakes", err)
		return
	}
	var got []string
	for _, x := range m {
		got = append(got, x.Path)
	}
	if !slices.Equal(got, paths) {
		t.Errorf("mistakes at %q\nwant        %q", got, paths)
	}
}

func comparePlain(a, b string) int { return slices.Compare([]byte(a), []byte(b)) }
