package measure

import (
	"bytes"
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// Form is a form of a page: where it is sent, and what a browser would send untouched.
type Form struct {
	Action string
	Fields url.Values
	Texts  []string // names of its text areas
}

// Forms returns the forms of a page that are sent by POST.
func Forms(page []byte) (list []Form) {
	var f *Form
	area := ""
	for z := html.NewTokenizer(bytes.NewReader(page)); ; {
		switch z.Next() {
		case html.ErrorToken:
			return list
		case html.TextToken:
			if area != "" {
				f.Fields.Set(area, strings.TrimPrefix(html.UnescapeString(string(z.Raw())), "\n"))
				area = ""
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			if area = ""; string(name) == "form" && f != nil {
				list, f = append(list, *f), nil
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, at := attributes(z)
			switch {
			case name == "form" && strings.EqualFold(at["method"], "post"):
				f = &Form{Action: at["action"], Fields: url.Values{}}
			case f == nil || at["name"] == "":
			case name == "input":
				f.input(at)
			case name == "textarea":
				area = at["name"]
				f.Texts = append(f.Texts, area)
				f.Fields.Set(area, "")
			}
		}
	}
}

func (f *Form) input(at map[string]string) {
	switch at["type"] {
	case "radio", "checkbox":
		if _, on := at["checked"]; !on {
			return
		}
	case "file", "submit", "button":
		return
	}
	f.Fields.Add(at["name"], at["value"])
}

func attributes(z *html.Tokenizer) (name string, at map[string]string) {
	b, more := z.TagName()
	name, at = string(b), map[string]string{}
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		at[string(key)] = string(value)
	}
	return name, at
}
