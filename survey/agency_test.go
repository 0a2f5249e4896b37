package survey

import "testing"

func TestWardsCommunesAndSpecialZonesAreLocal(t *testing.T) {
	t.Parallel()
	local := 0
	for _, k := range Kinds() {
		if k.IsLocal() {
			local++
		}
	}
	if local != 3 || !Ward.IsLocal() || !Commune.IsLocal() || !SpecialZone.IsLocal() || Kind("").IsLocal() {
		t.Errorf("%d kinds are local", local)
	}
}

func TestAWardIsNoCommune(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind Kind
		form string
		fits bool
	}{{Ward, "ward", true}, {Commune, "", true}, {Province, "centrally-run city", true}, {Commune, "ward", false}, {Province, "ward", false}, {SpecialZone, "commune", false}} {
		if got := (Agency{Kind: c.kind, Form: c.form}).FormFits(); got != c.fits {
			t.Errorf("kind %s, form %q: %v", c.kind, c.form, got)
		}
	}
}
