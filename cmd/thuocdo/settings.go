package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// settingPrefix begins the name of every setting in the environment.
const settingPrefix = "THUOCDO_"

// unknownSettings returns a usage error that names every THUOCDO_* variable that is no setting of any command:
// a misspelt setting must not be ignored in silence.
func unknownSettings(app *kong.Application, environ []string) error {
	known := settingNames(app.Node)
	var unknown []string
	for _, pair := range environ {
		name, _, _ := strings.Cut(pair, "=")
		if strings.HasPrefix(name, settingPrefix) && !slices.Contains(known, name) {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	slices.Sort(unknown)
	err := usage("unknown setting in the environment: %s", strings.Join(unknown, ", "))
	if len(known) == 0 {
		return err
	}
	return withHint(err, "%s", fmt.Sprintf("settings are %s", strings.Join(known, ", ")))
}

// settingNames returns the names of the environment variables that some flag below n reads, sorted.
func settingNames(n *kong.Node) (names []string) {
	for _, f := range n.Flags {
		names = append(names, f.Envs...)
	}
	for _, child := range n.Children {
		names = append(names, settingNames(child)...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
