package web

import (
	"fmt"
	"html/template"
	"strings"

	"rsc.io/qr"
)

// qrQuiet is the blank border of a QR code in modules, as ISO/IEC 18004 wants it.
const qrQuiet = 4

// qrCode draws a text as a QR code of level M: an SVG of one path, black on white whatever the colours of the page are.
// label is what a screen reader says of it.
func qrCode(text, label string) (template.HTML, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return "", fmt.Errorf("qr code: %w", err)
	}
	var path strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			from := x
			for code.Black(x, y) {
				x++
			}
			if x > from {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", from+qrQuiet, y+qrQuiet, x-from, x-from)
			}
		}
	}
	size := code.Size + 2*qrQuiet
	return template.HTML(fmt.Sprintf(`<svg class="qr" role="img" aria-label="%s" viewBox="0 0 %d %d" shape-rendering="crispEdges"><rect width="%d" height="%d" fill="#fff"/><path d="%s" fill="#000"/></svg>`,
		template.HTMLEscapeString(label), size, size, size, size, path.String())), nil // numbers, and a label that is escaped
}

// address returns how the public reaches a path of this service, for codes that other devices read.
func (s *Server) address(host, path string) string {
	base := strings.TrimSuffix(s.cfg.BaseURL, "/")
	if base == "" {
		base = "http://" + host
	}
	return base + path
}
