package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// version is set at link time by the Makefile and the Dockerfile; empty in a plain go build.
var version string

// versionCmd prints the version.
type versionCmd struct {
	JSON bool `help:"One line of JSON."`
}

// build says what a binary is.
type build struct {
	Version  string `json:"version"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
	Revision string `json:"revision,omitempty"`
}

// Examples ends the help of the command.
func (*versionCmd) Examples() []string {
	return []string{"thuocdo version", "thuocdo version --json"}
}

// Run prints the version on stdout.
func (v *versionCmd) Run(c *console) error {
	b := thisBuild()
	if v.JSON {
		return c.json(b)
	}
	_, err := fmt.Fprintf(c.Out, "thuocdo %s (%s, %s)\n", b.Version, b.Go, b.Platform)
	return err
}

// thisBuild returns what is known of the running binary.
func thisBuild() build {
	b := build{Version: version, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if ok && b.Version == "" {
		b.Version = info.Main.Version
	}
	if b.Version == "" {
		b.Version = "(devel)"
	}
	if ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				b.Revision = s.Value
			}
		}
	}
	return b
}
