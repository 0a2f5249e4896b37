package web

import (
	"sync"

	"thuocdo/web/locale"
)

// wardrobe is what every page wears: words, static files and templates, made from the files inside the program.
// Nothing in it changes, so servers share it.
type wardrobe struct {
	book   *locale.Book
	assets *assets
	pages  templates
}

var loadWardrobe = sync.OnceValues(func() (w wardrobe, err error) {
	if w.book, err = locale.Load(sub("locales")); err != nil {
		return w, err
	}
	if w.assets, err = loadAssets(sub("static")); err != nil {
		return w, err
	}
	w.pages, err = parseTemplates(sub("templates"), w.book, w.assets)
	return w, err
})
