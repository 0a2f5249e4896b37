package main

import (
	"fmt"
	"slices"
	"time"

	"thuocdo/survey/account"
	"thuocdo/web"
	"thuocdo/web/sso"
)

// ssoFlags are the settings of single sign-on.
type ssoFlags struct {
	Issuer   string            `name:"sso-issuer" help:"Issuer of single sign-on (OpenID Connect); needs --base-url." env:"THUOCDO_SSO_ISSUER" placeholder:"URL"`
	Client   string            `name:"sso-client" help:"Client id at the issuer." env:"THUOCDO_SSO_CLIENT" placeholder:"ID"`
	Secret   string            `name:"sso-secret-file" help:"File with the client secret." env:"THUOCDO_SSO_SECRET_FILE" placeholder:"FILE"`
	Name     string            `name:"sso-name" help:"Name of the service on pages." default:"SSO" env:"THUOCDO_SSO_NAME" placeholder:"TEXT"`
	Groups   string            `name:"sso-groups-claim" help:"Claim with the groups of a person." default:"groups" env:"THUOCDO_SSO_GROUPS_CLAIM" placeholder:"NAME"`
	Roles    map[string]string `name:"sso-roles" help:"Role of each group." env:"THUOCDO_SSO_ROLES" placeholder:"GROUP=ROLE;…"`
	Agencies map[string]string `name:"sso-agencies" help:"Agency of each group." env:"THUOCDO_SSO_AGENCIES" placeholder:"GROUP=CODE;…"`
	Private  bool              `name:"sso-private" help:"The issuer may be in a private network, by http too." env:"THUOCDO_SSO_PRIVATE"`
}

// party returns single sign-on as it is set, none where there is no issuer.
func (s *ssoFlags) party(c *console, baseURL string) (o web.SSO, err error) {
	if s.Issuer == "" {
		return o, nil
	}
	if baseURL == "" {
		return o, usage("--sso-issuer needs --base-url: the issuer sends people back there")
	}
	o = web.SSO{Name: s.Name, Agencies: s.Agencies, Roles: map[string]account.Role{}}
	for group, role := range s.Roles {
		if !slices.Contains(account.Roles, account.Role(role)) {
			return o, usage("--sso-roles: group %q has the role %q, which there is not", group, role)
		}
		o.Roles[group] = account.Role(role)
	}
	if len(o.Roles) == 0 {
		return o, usage("--sso-issuer needs --sso-roles: without one, nobody could sign in")
	}
	secret := ""
	if s.Secret != "" {
		if secret, err = firstLine(c, s.Secret); err != nil {
			return o, fmt.Errorf("client secret: %w", err)
		}
	}
	o.Party, err = sso.New(sso.Settings{Issuer: s.Issuer, ClientID: s.Client, Secret: secret, Callback: web.Callback(baseURL), Groups: s.Groups, Private: s.Private, Now: time.Now})
	if err != nil {
		return o, usage("%v", err)
	}
	return o, nil
}
