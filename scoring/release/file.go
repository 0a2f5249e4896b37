package release

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"thuocdo/scoring"
)

// Format names the form of the file. Files of format 1 hold exact intervals also of what something is held back below; they are read and
// verified as they were sealed.
const (
	Format  = "thuocdo-release-2"
	Format1 = "thuocdo-release-1"
)

// Failures of reading. Callers compare with errors.Is.
var (
	ErrFormat    = errors.New("this is no sealed release")
	ErrSignature = errors.New("the signature does not fit")
	ErrKey       = errors.New("the release is signed with another key")
)

// Release is a sealed release. A file has one line of JSON each for the manifest, every part, and the signature:
//
//	{"format":…,"about":…,"parts":[{"name":…,"bytes":…,"sha256":…}, …]}
//	… a part per line, in the order of the manifest …
//	{"public_key":…,"signature":…}
//
// A digest is that of the part's line with the newline at its end; the signature (Ed25519) is over the first line with its newline.
type Release struct {
	ID     string // of the digest of the first line
	Format string
	About  About
	Parts  []Part
	Key    ed25519.PublicKey
	File   []byte

	content content
}

// Part is what the manifest says of a line.
type Part struct {
	Name   string `json:"name"`
	Bytes  int    `json:"bytes"`
	SHA256 string `json:"sha256"`
}

type manifest struct {
	Format string `json:"format"`
	About  About  `json:"about"`
	Parts  []Part `json:"parts"`
}

type seal struct {
	PublicKey string `json:"public_key"`
	Signature string `json:"signature"`
}

// Agencies returns how many agencies the index has.
func (r *Release) Agencies() int { return len(r.content.Outcome.Results) }

// framework is the one that the release is of; an empty one where the file lacks it.
func (r *Release) framework() *scoring.Framework {
	for _, f := range r.content.Frameworks {
		if f != nil && f.Code == r.About.Framework {
			return f
		}
	}
	return &scoring.Framework{}
}

// outcomePart is the part that follows from the others.
const outcomePart = "outcome"

var partNames = []string{"frameworks", "agencies", "scores", "surveys", "given", outcomePart}

// parts returns the parts in the order of partNames.
func (c *content) parts() []any {
	return []any{&c.Frameworks, &c.Agencies, &c.Scores, &c.Surveys, &c.Given, &c.Outcome}
}

// line is v in the one form that it is sealed in: keys of maps are sorted, numbers are as short as they can be.
func line(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return b.Bytes(), err
}

func digest(b []byte) string {
	d := sha256.Sum256(b)
	return hex.EncodeToString(d[:])
}

// sign writes the file. Nil lists are written as empty ones by add and tidy.
func (r *Release) sign(key ed25519.PrivateKey) error {
	m, body := manifest{Format: Format, About: r.About}, []byte(nil)
	for i, p := range r.content.parts() {
		b, err := line(p)
		if err != nil {
			return fmt.Errorf("part %s: %w", partNames[i], err)
		}
		m.Parts, body = append(m.Parts, Part{partNames[i], len(b), digest(b)}), append(body, b...)
	}
	head, err := line(m)
	if err != nil {
		return fmt.Errorf("manifest: %w", err)
	}
	tail, err := line(seal{base64.StdEncoding.EncodeToString(key.Public().(ed25519.PublicKey)), base64.StdEncoding.EncodeToString(ed25519.Sign(key, head))})
	r.File = bytes.Join([][]byte{head, body, tail}, nil)
	return err
}

// idOf makes an id of the first line: the same inputs sealed by the same program have the same id.
func idOf(head []byte) string {
	d := sha256.Sum256(head)
	return strings.ToLower(base32.StdEncoding.EncodeToString(d[:10]))
}

// Verify reads a sealed release, checks it, and computes everything anew from the sealed inputs alone. It fails as Read and Replay do,
// and with ErrKey where it is signed with another key than the one wanted; nil takes any.
func Verify(ctx context.Context, file []byte, want ed25519.PublicKey) (*Release, error) {
	r, err := Read(file)
	if d := (*Difference)(nil); errors.As(err, &d) {
		d.effect(ctx, r)
	}
	if err != nil {
		return nil, err
	}
	if want != nil && !want.Equal(r.Key) {
		return nil, ErrKey
	}
	return r, r.Replay(ctx)
}

// Read reads a sealed release and checks its digests and its signature, by the key that it names. It fails with ErrFormat,
// ErrSignature, or *Difference for a part that differs from its digest; then the release holds what could be read.
func Read(file []byte) (*Release, error) {
	r, lines, err := split(file)
	if err != nil {
		return nil, err
	}
	for i, p := range r.Parts {
		if found := digest(lines[i]); len(lines[i]) != p.Bytes || found != p.SHA256 {
			d := &Difference{Part: p.Name, Sealed: p.SHA256, Found: found}
			if d.Unread = r.decode(lines); d.Unread == nil {
				d.Unread = r.content.check()
			}
			return r, d
		}
	}
	if err := r.decode(lines); err != nil {
		return nil, err
	}
	for i, p := range r.content.parts() {
		if again, err := line(p); err != nil || !bytes.Equal(again, lines[i]) {
			return nil, fmt.Errorf("part %s is not in the form that is sealed: %w", partNames[i], ErrFormat)
		}
	}
	return r, r.content.check()
}

// split cuts a file into its parts and checks the signature.
func split(file []byte) (*Release, [][]byte, error) {
	lines := bytes.SplitAfter(file, []byte("\n"))
	if len(lines) != len(partNames)+3 || len(lines[len(lines)-1]) != 0 {
		return nil, nil, fmt.Errorf("%d lines, each with its end, are expected: %w", len(partNames)+2, ErrFormat)
	}
	head, tail, lines := lines[0], lines[len(lines)-2], lines[1:len(lines)-2]
	key, err := signed(head, tail)
	if err != nil {
		return nil, nil, err
	}
	var m manifest
	if err := strict(head, &m); err != nil || m.Format != Format && m.Format != Format1 || len(m.Parts) != len(partNames) {
		return nil, nil, fmt.Errorf("manifest: %w", errors.Join(ErrFormat, err))
	}
	for i, p := range m.Parts {
		if p.Name != partNames[i] {
			return nil, nil, fmt.Errorf("part %q, want %q: %w", p.Name, partNames[i], ErrFormat)
		}
	}
	return &Release{ID: idOf(head), Format: m.Format, About: m.About, Parts: m.Parts, Key: key, File: file}, lines, nil
}

// decode reads the parts.
func (r *Release) decode(lines [][]byte) (first error) {
	for i, p := range r.content.parts() {
		if err := strict(lines[i], p); err != nil && first == nil {
			first = fmt.Errorf("part %s: %w: %w", partNames[i], ErrFormat, err)
		}
	}
	return first
}

// signed checks the last line against the first one.
func signed(head, tail []byte) (ed25519.PublicKey, error) {
	var s seal
	if err := strict(tail, &s); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSignature, err)
	}
	key, err := base64.StdEncoding.Strict().DecodeString(s.PublicKey)
	signature, e := base64.StdEncoding.Strict().DecodeString(s.Signature)
	again, f := line(s)
	if err := errors.Join(err, e, f); err != nil || !bytes.Equal(again, tail) || len(key) != ed25519.PublicKeySize || !ed25519.Verify(key, head, signature) {
		return nil, ErrSignature
	}
	return key, nil
}

// strict decodes one line of JSON without anything that is not known.
func strict(b []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	return d.Decode(v)
}
