package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"thuocdo/scoring/release"
	"thuocdo/scoring/report"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
)

// releaseCmd seals results, checks sealed files, and publishes them.
type releaseCmd struct {
	Seal   releaseSealCmd   `cmd:"" help:"Seal the public result of a period into a signed file."`
	Verify releaseVerifyCmd `cmd:"" help:"Compute a sealed file anew from its own inputs and compare, without a database."`
	Diff   releaseDiffCmd   `cmd:"" help:"What changed between two sealed files: by method, by data, by agencies."`
	Held   releaseHeldCmd   `cmd:"" help:"What the public does not see of a result, and why: for publishers."`
	Key    releaseKeyCmd    `cmd:"" help:"Make a key to sign with."`

	Publish  releasePublishCmd  `cmd:"" help:"Store a sealed file, open its room, publish it now or at a minute."`
	Correct  releaseCorrectCmd  `cmd:"" help:"Publish a release in the place of another, with an erratum."`
	Withdraw releaseWithdrawCmd `cmd:"" help:"Take a release back and say why."`
	Hold     releaseHoldCmd     `cmd:"" help:"Keep the figures of an index from the public until a release says them."`
	Lift     releaseLiftCmd     `cmd:"" help:"Show figures that are held as they come in."`
	List     releaseListCmd     `cmd:"" help:"The releases and their states."`
}

// Examples ends the help of the noun: one of every command would not fit on a screen.
func (*releaseCmd) Examples() []string {
	return []string{
		"thuocdo release key new -o release.key >release.pub",
		"thuocdo release seal --framework sipas --period 2026 --key release.key -o sipas-2026.thuocdo",
		"thuocdo release verify sipas-2026.thuocdo --public-key release.pub",
		"thuocdo release diff sipas-2025.thuocdo sipas-2026.thuocdo --format xlsx -o change.xlsx",
		"thuocdo release publish sipas-2026.thuocdo --at 2026-12-01T09:00 --room @01,@79,chuyen-vien",
		"thuocdo release correct mzxw6ytboi2gk3tu again.thuocdo --erratum 'Điểm 1.2 ghi sai' --english '1.2 was wrong'",
	}
}

// maxRelease bounds a sealed file: 10,000 agencies take about 30 MB.
const maxRelease = 256 << 20

// readRelease reads a file whole.
func readRelease(c *console, name string) ([]byte, error) {
	return readWhole(c, name, maxRelease)
}

func readWhole(c *console, name string, most int64) ([]byte, error) {
	r, err := c.open(name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, most+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if int64(len(b)) > most {
		return nil, fmt.Errorf("%s: more than %d KiB", name, most>>10)
	}
	return b, nil
}

// releaseKeyCmd makes keys.
type releaseKeyCmd struct {
	New releaseKeyNewCmd `cmd:"" help:"Make a private key, and print the public one."`
}

// releaseKeyNewCmd makes a pair of keys.
type releaseKeyNewCmd struct {
	Out string `help:"File of the private key; it must not exist." required:"" short:"o" placeholder:"FILE"`
}

// Examples ends the help of the command.
func (*releaseKeyNewCmd) Examples() []string {
	return []string{"thuocdo release key new -o release.key >release.pub"}
}

// Run writes the private key, for nobody else to read, and prints the public one.
func (x *releaseKeyNewCmd) Run(c *console) (err error) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return err
	}
	open, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(x.Out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("private key: %w", err)
	}
	if err := errors.Join(pem.Encode(f, &pem.Block{Type: "PRIVATE KEY", Bytes: secret}), f.Sync(), f.Close()); err != nil {
		return errors.Join(fmt.Errorf("private key: %w", err), os.Remove(x.Out))
	}
	c.say("wrote %s: keep it secret, and keep a copy; fingerprint of the public key: %s", x.Out, fingerprint(public))
	return pem.Encode(c.Out, &pem.Block{Type: "PUBLIC KEY", Bytes: open})
}

// fingerprint names a public key.
func fingerprint(k ed25519.PublicKey) string {
	d := sha256.Sum256(k)
	return hex.EncodeToString(d[:])
}

// block returns what is in a PEM file of this type.
func block(c *console, name, kind string) ([]byte, error) {
	b, err := readWhole(c, name, 64<<10)
	if err != nil {
		return nil, err
	}
	p, _ := pem.Decode(b)
	if p == nil || p.Type != kind {
		return nil, withHint(fmt.Errorf("%s holds no %s in PEM form", name, kind), "'thuocdo release key new' makes one")
	}
	return p.Bytes, nil
}

func privateKey(c *console, name string) (ed25519.PrivateKey, error) {
	b, err := block(c, name, "PRIVATE KEY")
	if err != nil {
		return nil, err
	}
	k, err := x509.ParsePKCS8PrivateKey(b)
	if ed, ok := k.(ed25519.PrivateKey); ok {
		return ed, nil
	}
	return nil, fmt.Errorf("%s holds no Ed25519 key: %w", name, errors.Join(err, release.ErrKey))
}

// publicKey reads a public key; "" is none.
func publicKey(c *console, name string) (ed25519.PublicKey, error) {
	if name == "" {
		return nil, nil
	}
	b, err := block(c, name, "PUBLIC KEY")
	if err != nil {
		return nil, err
	}
	k, err := x509.ParsePKIXPublicKey(b)
	if ed, ok := k.(ed25519.PublicKey); ok {
		return ed, nil
	}
	return nil, fmt.Errorf("%s holds no Ed25519 key: %w", name, errors.Join(err, release.ErrKey))
}

// releaseSealCmd seals.
type releaseSealCmd struct {
	dbFlag
	Framework string `help:"Code of the framework." required:"" placeholder:"CODE"`
	Period    string `help:"Period, such as 2026." required:"" placeholder:"P"`
	Method    string `help:"Method version, for frameworks that have several." placeholder:"CODE"`
	Key       string `help:"File of the private key." required:"" env:"THUOCDO_RELEASE_KEY" placeholder:"FILE"`
	Out       string `help:"File to write, '-' is stdout." default:"-" short:"o" placeholder:"FILE"`
}

// Examples ends the help of the command.
func (*releaseSealCmd) Examples() []string {
	return []string{"thuocdo release seal --framework sipas --period 2026 --key release.key -o sipas-2026.thuocdo"}
}

// Run seals and writes the file; a server may be running.
func (x *releaseSealCmd) Run(ctx context.Context, c *console) error {
	if _, err := survey.ParsePeriod(x.Period); err != nil {
		return usage("%s", err)
	}
	key, err := privateKey(c, x.Key)
	if err != nil {
		return err
	}
	store, err := x.read(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	q := standing.Query{Framework: x.Framework, Method: x.Method, Period: x.Period}
	r, err := release.Seal(ctx, store, q, "thuocdo "+thisBuild().Version, key)
	if errors.Is(err, release.ErrOpen) {
		return withHint(err, "results are sealed when the survey is over")
	}
	if err != nil {
		return alternativesTo(ctx, store, q, err)
	}
	c.say("release %s: %s %s, %s; %d agencies", r.ID, x.Framework, r.About.Version, x.Period, r.Agencies())
	return (&outFlags{Out: x.Out}).write(c, func(w io.Writer) error {
		_, err := w.Write(r.File)
		return err
	})
}

// releaseVerifyCmd computes a sealed file anew.
type releaseVerifyCmd struct {
	File      string `arg:"" help:"Sealed file; '-' is stdin."`
	PublicKey string `help:"File of the public key that it must be signed with." placeholder:"FILE"`
	JSON      bool   `help:"One line of JSON."`
}

// Examples ends the help of the command.
func (*releaseVerifyCmd) Examples() []string {
	return []string{"thuocdo release verify sipas-2026.thuocdo --public-key release.pub", "curl -s https://…/cong-bo/ID/tep | thuocdo release verify -"}
}

// verified is what is told of a file that was found whole.
type verified struct {
	ID        string         `json:"id"`
	About     release.About  `json:"about"`
	Agencies  int            `json:"agencies"`
	PublicKey string         `json:"public_key_sha256"`
	Trusted   bool           `json:"trusted"` // the key is the one that was asked for
	Parts     []release.Part `json:"parts"`
}

// Run verifies and says what the file is.
func (x *releaseVerifyCmd) Run(ctx context.Context, c *console) error {
	want, err := publicKey(c, x.PublicKey)
	if err != nil {
		return err
	}
	b, err := readRelease(c, x.File)
	if err != nil {
		return err
	}
	r, err := release.Verify(ctx, b, want)
	if err != nil {
		return fmt.Errorf("%s: %w", x.File, err)
	}
	v := verified{r.ID, r.About, r.Agencies(), fingerprint(r.Key), want != nil, r.Parts}
	if x.JSON {
		return c.json(v)
	}
	fmt.Fprintf(c.Out, "release %s: %s %s, %s: the sealed inputs of %d agencies give the same bytes\n", r.ID, r.About.Framework, r.About.Version, r.About.Period, v.Agencies)
	if want == nil {
		c.say("signed with the key %s; give --public-key to make sure whose it is", v.PublicKey)
	}
	return nil
}

// releaseDiffCmd compares two sealed files.
type releaseDiffCmd struct {
	Before string `arg:"" help:"Sealed file before."`
	After  string `arg:"" help:"Sealed file after."`
	Items  bool   `help:"Item by item: what changed only, a row per total and item."`
	Format string `help:"Kind of file." enum:"csv,xlsx,json" default:"csv"`
	Out    string `help:"File to write, '-' is stdout." default:"-" short:"o" placeholder:"FILE"`
	Lang   string `help:"Language of titles." enum:"vi,en" default:"vi" env:"THUOCDO_LANG"`
	JSON   bool   `help:"Short for --format json." name:"json"`
}

// Examples ends the help of the command.
func (*releaseDiffCmd) Examples() []string {
	return []string{"thuocdo release diff sipas-2025.thuocdo sipas-2026.thuocdo --format xlsx -o change.xlsx",
		"thuocdo release diff wrong.thuocdo corrected.thuocdo --items"}
}

// Run verifies both and writes the table.
func (x *releaseDiffCmd) Run(ctx context.Context, c *console) error {
	var sides [2]*release.Release
	for i, name := range []string{x.Before, x.After} {
		b, err := readRelease(c, name)
		if err != nil {
			return err
		}
		if sides[i], err = release.Verify(ctx, b, nil); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	d, err := release.Compare(ctx, sides[0], sides[1])
	if err != nil {
		return err
	}
	o := outFlags{Format: x.Format, Out: x.Out, Lang: x.Lang}
	if x.JSON {
		o.Format = "json"
	}
	if x.Items {
		return o.table(c, report.Changes(d, x.Lang, time.Now()))
	}
	return o.table(c, report.Comparison(d, x.Lang, time.Now()))
}
