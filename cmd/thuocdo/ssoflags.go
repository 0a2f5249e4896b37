package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"thuocdo/survey/account"
	"thuocdo/web"
	"thuocdo/web/sso"
)

// ssoFlags say where the settings of single sign-on are.
type ssoFlags struct {
	SSO string `name:"sso" help:"File with the settings of single sign-on (docs/operations.md)." env:"THUOCDO_SSO" placeholder:"FILE"`
}

// ssoFile is what the file holds, JSON.
type ssoFile struct {
	Issuer   string                  `json:"issuer"`
	Client   string                  `json:"client"`
	Secret   string                  `json:"secret_file"`
	Name     string                  `json:"name"`
	Groups   string                  `json:"groups_claim"`
	Roles    map[string]account.Role `json:"roles"`
	Agencies map[string]string       `json:"agencies"`
	Private  bool                    `json:"private"`
}

// party returns single sign-on as it is set, none where there is no file.
func (s *ssoFlags) party(c *console, baseURL string) (o web.SSO, err error) {
	if s.SSO == "" {
		return o, nil
	}
	if baseURL == "" {
		return o, usage("--sso needs --base-url: the issuer sends people back there")
	}
	f, err := readSSO(c, s.SSO)
	if err != nil {
		return o, fmt.Errorf("%s: %w", s.SSO, err)
	}
	for group, role := range f.Roles {
		if !slices.Contains(account.Roles, role) {
			return o, usage("%s: group %q has the role %q, which there is not", s.SSO, group, role)
		}
	}
	if len(f.Roles) == 0 {
		return o, usage("%s: without roles of groups, nobody could sign in", s.SSO)
	}
	secret, err := firstLine(c, f.Secret)
	if err != nil {
		return o, fmt.Errorf("%s: client secret: %w", s.SSO, err)
	}
	o = web.SSO{Name: f.Name, Roles: f.Roles, Agencies: f.Agencies}
	o.Party, err = sso.New(sso.Settings{Issuer: f.Issuer, ClientID: f.Client, Secret: secret, Callback: web.Callback(baseURL), Groups: f.Groups, Private: f.Private, Now: time.Now})
	if err != nil {
		return o, usage("%s: %v", s.SSO, err)
	}
	return o, nil
}

// readSSO reads the file; what it does not know is a mistake.
func readSSO(c *console, name string) (f ssoFile, err error) {
	r, err := c.open(name)
	if err != nil {
		return f, err
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, 1<<20))
	if err != nil {
		return f, err
	}
	f.Name = "SSO"
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	return f, d.Decode(&f)
}
