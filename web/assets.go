package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/labstack/echo/v4"
)

// asset is one static file, compressed once, when it is first asked for.
type asset struct {
	kind   string
	plain  []byte
	gzip   func() []byte
	brotli func() []byte
}

// assets holds the static files under names that carry the hash of their content, so that they may be kept for ever.
type assets struct {
	file map[string]*asset // by hashed name
	name map[string]string // plain name → address
}

// loadAssets joins css/*.css in the order of their names into style.css, for every page, and figures/*.css into
// figures.css, for pages of tables and charts, kiosk/*.css into kiosk.css, paper/*.css into paper.css,
// author/*.css into author.css, and the scripts of
// every page into app.js. It takes the other files as they are.
func loadAssets(fsys fs.FS) (*assets, error) {
	a := &assets{file: map[string]*asset{}, name: map[string]string{}}
	for sheet, files := range map[string]string{"style.css": "css/*.css", "figures.css": "figures/*.css", "kiosk.css": "kiosk/*.css", "paper.css": "paper/*.css", "author.css": "author/*.css"} {
		css, err := joined(fsys, files)
		if err != nil {
			return nil, fmt.Errorf("static: %w", err)
		}
		a.add(sheet, "text/css; charset=utf-8", css)
	}
	if err := a.addEmbeds(fsys); err != nil {
		return nil, err
	}
	var script []byte
	for _, name := range []string{"app.js", "live.js", "find.js"} { // one file: one request
		b, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("static: %w", err)
		}
		script = append(script, lean(b, "//")...)
	}
	a.add("app.js", "text/javascript; charset=utf-8", script)
	for name, kind := range map[string]string{"kiosk.js": "text/javascript; charset=utf-8", "paper.js": "text/javascript; charset=utf-8",
		"author.js": "text/javascript; charset=utf-8", "season.js": "text/javascript; charset=utf-8", "keys.js": "text/javascript; charset=utf-8", "passkey.js": "text/javascript; charset=utf-8", "upload.js": "text/javascript; charset=utf-8", "icon.svg": "image/svg+xml", "kiosk.webmanifest": "application/manifest+json"} {
		b, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("static: %w", err)
		}
		a.add(name, kind, b)
	}
	return a, nil
}

// addEmbeds adds the style sheets of pages within pages of others: one that follows the reader's choice of light and dark, and one for either.
func (a *assets) addEmbeds(fsys fs.FS) error {
	var all []byte
	for _, files := range []string{"css/10-tokens.css", "css/20-base.css", "css/40-components.css", "figures/10-figures.css", "figures/76-map.css", "embed/*.css"} {
		css, err := joined(fsys, files)
		if err != nil {
			return fmt.Errorf("static: %w", err)
		}
		all = append(all, css...)
	}
	const asked = "(prefers-color-scheme: dark)"
	for name, media := range map[string]string{"embed.css": asked, "embed-light.css": "not all", "embed-dark.css": "all"} {
		a.add(name, "text/css; charset=utf-8", bytes.ReplaceAll(all, []byte(asked), []byte(media)))
	}
	return nil
}

// joined returns the style sheets that match, one after another in the order of their names.
func joined(fsys fs.FS, pattern string) ([]byte, error) {
	names, err := fs.Glob(fsys, pattern)
	if err != nil {
		return nil, err
	}
	var style bytes.Buffer
	for _, name := range names {
		b, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		style.Write(minifyCSS(b))
	}
	return style.Bytes(), nil
}

func (a *assets) add(name, kind string, b []byte) {
	sum := sha256.Sum256(b)
	stem, ext, _ := strings.Cut(name, ".")
	hashed := stem + "." + hex.EncodeToString(sum[:6]) + "." + ext
	a.file[hashed] = &asset{kind: kind, plain: b, gzip: sync.OnceValue(func() []byte { return gzipped(b) }), brotli: sync.OnceValue(func() []byte { return brotlied(b) })}
	a.name[name] = "/static/" + hashed
}

// url returns the address of a static file; an unknown name is a mistake in a template and fails its test.
func (a *assets) url(name string) (string, error) {
	if u, ok := a.name[name]; ok {
		return u, nil
	}
	return "", fmt.Errorf("no static file %q", name)
}

func (s *Server) static(c echo.Context) error {
	f, ok := s.assets.file[c.Param("file")]
	if !ok {
		return echo.ErrNotFound
	}
	h := c.Response().Header()
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin") // a frame that its page puts into a sandbox has no origin
	h.Set("Vary", "Accept-Encoding")
	switch accepts := c.Request().Header.Get("Accept-Encoding"); {
	case accepted(accepts, "br"):
		h.Set("Content-Encoding", "br")
		return c.Blob(http.StatusOK, f.kind, f.brotli())
	case accepted(accepts, "gzip"):
		h.Set("Content-Encoding", "gzip")
		return c.Blob(http.StatusOK, f.kind, f.gzip())
	}
	return c.Blob(http.StatusOK, f.kind, f.plain)
}

func (s *Server) favicon(c echo.Context) error {
	c.Response().Header().Set("Cache-Control", "public, max-age=86400")
	return c.Redirect(http.StatusFound, s.assets.name["icon.svg"])
}

// robots keeps receipts and private pages out of search engines.
func (s *Server) robots(c echo.Context) error {
	return c.String(http.StatusOK, "User-agent: *\nDisallow: /bien-nhan/\nDisallow: /quan-tri\nDisallow: /dang-nhap\nDisallow: /api/\n")
}

// accepted reports whether an Accept-Encoding header allows the coding; "gzip;q=0" does not.
func accepted(header, coding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if !strings.EqualFold(strings.TrimSpace(name), coding) {
			continue
		}
		q, found := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q=")
		return !found || strings.Trim(q, "0.") != ""
	}
	return false
}

func gzipped(b []byte) []byte {
	var out bytes.Buffer
	w, _ := gzip.NewWriterLevel(&out, gzip.BestCompression) // a constant level
	_, _ = w.Write(b)                                       // a buffer takes everything
	_ = w.Close()
	return out.Bytes()
}

func brotlied(b []byte) []byte {
	var out bytes.Buffer
	// The window is no larger than our files: its tables are cleared for each, and 4 MB of window make hundreds of MB.
	w := brotli.NewWriterOptions(&out, brotli.WriterOptions{Quality: brotli.BestCompression, LGWin: 17})
	_, _ = w.Write(b)
	_ = w.Close()
	return out.Bytes()
}

// minifyCSS drops comments, indentation and empty lines. Our style sheets hold no string with a comment sign in it.
func minifyCSS(b []byte) []byte {
	s := string(b)
	for {
		head, rest, found := strings.Cut(s, "/*")
		if !found {
			break
		}
		_, tail, _ := strings.Cut(rest, "*/")
		s = head + tail
	}
	return lean([]byte(s), "/*")
}

// lean drops indentation, empty lines and lines that are a comment. No string of ours goes over several lines.
func lean(b []byte, comment string) (out []byte) {
	for line := range bytes.Lines(b) {
		if line = bytes.TrimSpace(line); len(line) > 0 && !bytes.HasPrefix(line, []byte(comment)) {
			out = append(append(out, line...), '\n')
		}
	}
	return out
}
