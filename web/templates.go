package web

import (
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"strings"
	"sync"
	"text/template/parse"

	"thuocdo/web/locale"
)

// layout is the template that every page is executed from.
const layout = "layout.html"

// templates are the templates of every language: a page is made when it is first shown, so that a server is ready at once
// and holds what it needs. Every page is made and executed by tests in every language.
type templates map[string]map[string]func() (*template.Template, error) // language → page

// parseTemplates parses what every page shares, once per language, so that no function needs to be told which one it speaks.
func parseTemplates(fsys fs.FS, book *locale.Book, a *assets) (templates, error) {
	names, err := fs.Glob(fsys, "pages/*.html")
	if err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	all := templates{}
	for _, tag := range locale.Tags {
		calls := functions(book.In(tag), a)
		shared, err := template.New(layout).Funcs(calls).ParseFS(fsys, layout, "parts/*.html")
		if err != nil {
			return nil, fmt.Errorf("templates: %w", err)
		}
		all[tag] = map[string]func() (*template.Template, error){}
		for _, name := range names {
			all[tag][strings.TrimSuffix(path.Base(name), ".html")] = sync.OnceValues(func() (*template.Template, error) {
				return makePage(fsys, name, shared, calls)
			})
		}
	}
	return all, nil
}

// page returns the template of a page in a language.
func (all templates) page(tag, name string) (*template.Template, error) {
	made, ok := all[tag][name]
	if !ok {
		return nil, fmt.Errorf("no template %q", name)
	}
	t, err := made()
	if err != nil {
		return nil, fmt.Errorf("template %s: %w", name, err)
	}
	return t, nil
}

// makePage returns the template of one page with the shared ones that it comes to, and none of the others.
func makePage(fsys fs.FS, file string, shared *template.Template, calls template.FuncMap) (*template.Template, error) {
	whole, err := shared.Clone() // never executed, so that it can be cloned
	if err != nil {
		return nil, err
	}
	if whole, err = whole.ParseFS(fsys, file); err != nil {
		return nil, err
	}
	own := template.New(layout).Option("missingkey=error").Funcs(calls)
	for name := range reached(whole, layout) {
		if own, err = own.AddParseTree(name, whole.Lookup(name).Tree); err != nil {
			return nil, err
		}
	}
	return own.Lookup(layout), nil
}

// reached returns the names of the templates that from calls, directly or not, and its own.
func reached(all *template.Template, from string) map[string]bool {
	found := map[string]bool{}
	var walk func(parse.Node)
	visit := func(name string) {
		if t := all.Lookup(name); t != nil && t.Tree != nil && !found[name] { // one that is missing is told at the call
			found[name] = true
			walk(t.Tree.Root)
		}
	}
	branch := func(b *parse.BranchNode) {
		walk(b.List)
		if b.ElseList != nil {
			walk(b.ElseList)
		}
	}
	walk = func(n parse.Node) {
		switch n := n.(type) {
		case *parse.ListNode:
			for _, child := range n.Nodes {
				walk(child)
			}
		case *parse.IfNode:
			branch(&n.BranchNode)
		case *parse.RangeNode:
			branch(&n.BranchNode)
		case *parse.WithNode:
			branch(&n.BranchNode)
		case *parse.TemplateNode:
			visit(n.Name)
		}
	}
	visit(from)
	return found
}
