package web

import "thuocdo/web/locale"

// pageOptions are the pages of a list: the first, the last and those around the current one; none where there is one page only.
func pageOptions(l *locale.Locale, n, current int, address func(page int) string) (list []option) {
	last := 0
	for i := 1; i <= n && n > 1; i++ {
		if near := i - current; i != 1 && i != n && (near < -1 || near > 1) {
			continue
		}
		list = append(list, option{Words: l.Int(int64(i)), Address: address(i), Current: i == current, Gap: i > last+1})
		last = i
	}
	return list
}

// pageOf returns the half-open range of a page of a list, and how many pages there are. A page that is not there is the first.
func pageOf(length, most, page int) (from, to, current, pages int) {
	pages = max(1, (length+most-1)/most)
	if page < 1 || page > pages {
		page = 1
	}
	from = (page - 1) * most
	return from, min(length, from+most), page, pages
}
