package web

import (
	"cmp"
	"slices"

	"thuocdo/scoring/phrase"
	"thuocdo/scoring/release"
	"thuocdo/web/chart"
	"thuocdo/web/locale"
)

// mapFigure is the map of a ranking of provinces.
type mapFigure struct {
	Tiles  chart.Tiles
	Ranged bool // scores have intervals, which the colours do not show
}

// Marks places the marks of a class in its sign of the legend.
func (mapFigure) Marks(class int) (at []chart.Percent) {
	for i := range class {
		at = append(at, 50+14*(chart.Percent(i)-chart.Percent(class-1)/2)-4)
	}
	return at
}

// place is an agency on the map.
type place struct {
	agency string
	name   phrase.Text
	points float64
	known  bool
	ranged bool
}

// newMap draws agencies as tiles where they are the provinces and some have a score; nil otherwise.
func newMap(l *locale.Locale, decimals int, most float64, list []place) *mapFigure {
	codes, of, ranged := make([]string, len(list)), map[string]chart.Province{}, false
	var known []chart.Province
	for i, x := range list {
		p := chart.Province{Name: l.In(x.name), Known: x.known, Value: x.points}
		if x.known {
			p.Words = l.Number(x.points, decimals)
			known = append(known, p)
		}
		codes[i], of[x.agency], ranged = x.agency, p, ranged || x.ranged
	}
	if len(known) == 0 || !chart.HasTiles(codes) {
		return nil
	}
	m := &mapFigure{Ranged: ranged, Tiles: chart.NewTiles(of, 0, most, chart.TileWords{ID: "ban-do-o", Title: l.T("map.title"), Lang: l.Tag(), Number: l.Number,
		Range: func(low, high string) string { return l.T("map.range", low, high) }})}
	byValue := func(x, y chart.Province) int { return cmp.Compare(x.Value, y.Value) }
	high, low := slices.MaxFunc(known, byValue), slices.MinFunc(known, byValue)
	m.Tiles.Desc = l.T("map.desc", l.Int(int64(len(known))), high.Name, high.Words, low.Name, low.Words)
	return m
}

// mapOf draws the members of a ranking group.
func mapOf(l *locale.Locale, b *board, members []int) *mapFigure {
	if len(members) > perPage {
		return nil
	}
	list := make([]place, len(members))
	for k, i := range members {
		r := &b.Outcome.Results[i]
		list[k] = place{r.Unit, b.Units[r.Unit].Name, r.Total.Points, r.Total.Known, r.Total.Known && r.Total.Interval != nil}
	}
	f := b.Plan.Framework()
	return newMap(l, f.Decimals(), f.MaxPoints, list)
}

// mapOfRelease draws the first group of a release that has a map.
func mapOfRelease(l *locale.Locale, x *release.Release, rows []release.Row) *mapFigure {
	for len(rows) > 0 {
		end := slices.IndexFunc(rows, func(r release.Row) bool { return l.In(r.Group) != l.In(rows[0].Group) })
		if end < 0 {
			end = len(rows)
		}
		list := make([]place, end)
		for i, r := range rows[:end] {
			list[i] = place{r.Agency, r.Name, r.Points, r.Known, r.Interval}
		}
		if end <= perPage {
			if m := newMap(l, x.Decimals(), x.MaxPoints(), list); m != nil {
				return m
			}
		}
		rows = rows[end:]
	}
	return nil
}
