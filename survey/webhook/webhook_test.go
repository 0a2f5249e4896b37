package webhook

import (
	"errors"
	"testing"
)

func TestAddresses(t *testing.T) {
	t.Parallel()
	for url, host := range map[string]string{"https://a.example": "a.example", "https://a.example:8443/x?y=1&z=2": "a.example:8443", "https://[2001:db8::1]/": "[2001:db8::1]",
		"https://báo-cáo.vn/tin": "báo-cáo.vn", "https://a.example?x": "a.example"} {
		h := Hook{URL: url, Kinds: Kinds}
		if err := h.Check(); err != nil || h.Host() != host {
			t.Errorf("%s: %q, %v", url, h.Host(), err)
		}
	}
	for _, url := range []string{"", "https://", "https:///x", "https://u@a.example", "https://u:p@a.example", "https://a.example/#x", "https://a.example/ x", "https://a.example/\n",
		"https://a.example/\u202e", "//a.example", "https:a.example", "HTTPS://a.example", "file:///etc/passwd", "https://a.example\\@b.example", "http://a.example"} {
		if err := (Hook{URL: url, Kinds: Kinds}).Check(); !errors.Is(err, ErrBad) {
			t.Errorf("%q is taken", url)
		}
	}
	if err := (Hook{URL: "http://10.0.0.7:80/x", Kinds: Kinds, Private: true}).Check(); err != nil {
		t.Error(err)
	}
}

func TestTriesEnd(t *testing.T) {
	t.Parallel()
	for n := -1; n <= Tries+1; n++ {
		if d, more := Wait(n); more != (n >= 1 && n < Tries) || more && d <= 0 {
			t.Errorf("after %d tries: %v, %v", n, d, more)
		}
	}
}
