package measure

import (
	"net/url"
	"reflect"
	"testing"
)

func TestFormsAreReadAsABrowserSendsThem(t *testing.T) {
	t.Parallel()
	page := `<form method="get" action="/a"><input name="q" value="1"></form>
<form method="post" action="/b?x=1&amp;y=2"><input type="hidden" name="t" value="a&quot;b"><input type=radio name=r value=1><input type=radio name=r value=2 checked>
<input type="checkbox" name="c" value="1"><input name="n" value="3,5"><input type="file" name="f"><button name="go" value="1">x</button><textarea name="w">
a &lt;b&gt;</textarea><textarea name="e"></textarea></form>`
	want := []Form{{Action: "/b?x=1&y=2", Fields: url.Values{"t": {`a"b`}, "r": {"2"}, "n": {"3,5"}, "w": {"a <b>"}, "e": {""}}, Texts: []string{"w", "e"}}}
	if got := Forms([]byte(page)); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
}
