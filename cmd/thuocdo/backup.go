package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"thuocdo/data"
)

// backupCmd copies a database while a server uses it.
type backupCmd struct {
	dbFlag
	copyFlags
	Dest string `arg:"" help:"File to make; it must not be there yet."`
}

// copyFlags are common to backup and restore.
type copyFlags struct {
	Evidence string `help:"Folder with copies of files of documents; default 'evidence' beside the backup." placeholder:"DIR"`
	Without  bool   `name:"without-evidence" help:"Leave the files of documents out."`
	JSON     bool   `help:"One line of JSON."`
}

func (f copyFlags) options() data.CopyOptions {
	return data.CopyOptions{Evidence: f.Evidence, Without: f.Without}
}

// Examples ends the help of the command.
func (*backupCmd) Examples() []string {
	return []string{
		"thuocdo backup /backup/thuocdo-2026-11-28.db --db /var/lib/thuocdo/thuocdo.db",
		"# beside a running server; what comes out has been opened, compared row by row and recounted",
	}
}

// Run makes the copy and says what is in it.
func (b *backupCmd) Run(ctx context.Context, c *console) error {
	store, err := b.read(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	bar := c.progress("copying", -1)
	defer bar.end()
	opt := b.options()
	opt.Progress = bar.set
	made, err := store.Backup(ctx, b.Dest, opt)
	bar.end()
	if errors.Is(err, fs.ErrExist) {
		err = withHint(err, "a backup never replaces a file; give it another name, with the day in it")
	}
	if err != nil {
		return err
	}
	return sayCopy(c, "copied to", made, b.JSON)
}

// restoreCmd puts a backup in the place of a database.
type restoreCmd struct {
	dbFlag
	Src     string `arg:"" help:"File that backup made."`
	Replace bool   `help:"Replace the database that is there; it is kept beside it under another name."`
	copyFlags
}

// Examples ends the help of the command.
func (*restoreCmd) Examples() []string {
	return []string{
		"systemctl stop thuocdo",
		"thuocdo restore /backup/thuocdo-2026-11-28.db --db /var/lib/thuocdo/thuocdo.db --replace",
		"systemctl start thuocdo",
	}
}

// Run examines the backup, puts it in place and says what is in it. No server may be running on the database.
func (r *restoreCmd) Run(ctx context.Context, c *console) error {
	made, err := data.Restore(ctx, r.Src, r.DB, r.Replace, time.Now(), r.options())
	switch {
	case errors.Is(err, fs.ErrExist):
		err = withHint(err, "--replace keeps the old database under another name and puts the backup in its place")
	case errors.Is(err, data.ErrUnhealthy):
		err = withHint(err, "nothing was changed; 'thuocdo doctor --db %s' says what is wrong, an older backup may be sound", r.Src)
	}
	if err != nil {
		return err
	}
	return sayCopy(c, "restored to", made, r.JSON)
}

// sayCopy says what a copy holds.
func sayCopy(c *console, what string, made data.Copy, asJSON bool) error {
	if asJSON {
		return c.json(made)
	}
	for _, w := range made.Waves {
		if _, err := fmt.Fprintf(c.Out, "wave  %s: %d responses about %d agencies\n", w.Wave, w.Responses, w.Agencies); err != nil {
			return err
		}
	}
	c.say("%s %s: %d bytes, SHA-256 of the rows %s", what, made.Path, made.Bytes, made.Digest)
	if made.Files > 0 {
		c.say("with %d files of documents, %d bytes, in %s", made.Files, made.FileBytes, made.Evidence)
	}
	if made.Aside != "" {
		c.say("the database that was there is now %s", made.Aside)
	}
	return nil
}
