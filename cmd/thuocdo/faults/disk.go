// Package faults puts the real program through what happens to small machines: kills, power cuts, full and read-only disks, damaged
// files, slow visitors, clocks that jump. Its tests start the program as users do and ask afterwards whether every answer that was
// acknowledged is there, once. They are short by default; docs/reliability.md says how to run them at length, and what they found.
package faults

import (
	"bytes"
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

//go:embed testdata/disk.c
var diskSource []byte

// State is how a disk is.
type State byte

// The states of testdata/disk.c.
const (
	Well State = iota
	Full
	ReadOnly
	Broken // every write fails
)

// Disk is a folder that a process sees through a layer which keeps a journal of every write and sync, and can refuse them.
type Disk struct {
	Below   string // the folder
	layer   string
	journal string
	state   string
	before  map[string][]byte // files as they were, all of it durable
}

// NewDisk puts the layer over a folder; tools is a folder for the layer's own files. It needs a C compiler.
func NewDisk(below, tools string) (*Disk, error) {
	d := &Disk{Below: below, layer: filepath.Join(tools, "disk.so"), journal: filepath.Join(tools, "journal"), state: filepath.Join(tools, "state")}
	if _, err := os.Stat(d.layer); errors.Is(err, os.ErrNotExist) {
		source := filepath.Join(tools, "disk.c")
		if err := os.WriteFile(source, diskSource, 0o600); err != nil {
			return nil, err
		}
		if out, err := exec.Command("cc", "-shared", "-fPIC", "-O1", "-o", d.layer, source, "-ldl", "-lpthread").CombinedOutput(); err != nil {
			return nil, fmt.Errorf("cc: %w\n%s", err, out)
		}
	}
	return d, d.Set(Well)
}

// Set changes the state of the disk, of a process that runs, too.
func (d *Disk) Set(s State) error {
	f, err := os.OpenFile(d.state, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteAt([]byte{byte(s)}, 0)
	return errors.Join(err, f.Close())
}

// Start begins a new journal: what is in the folder now is durable. It returns the settings of a process to be watched.
func (d *Disk) Start() (env []string, err error) {
	if err := os.Remove(d.journal); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	if d.before, err = files(d.Below); err != nil {
		return nil, err
	}
	return []string{"LD_PRELOAD=" + d.layer, "FAULTY_DISK_BELOW=" + d.Below + "/", "FAULTY_DISK_JOURNAL=" + d.journal, "FAULTY_DISK_STATE=" + d.state}, nil
}

// files reads the files of a folder.
func files(dir string) (map[string][]byte, error) {
	list, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	all := map[string][]byte{}
	for _, e := range list {
		if e.IsDir() {
			continue
		}
		path := filepath.Join(dir, e.Name())
		if all[path], err = os.ReadFile(path); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// operation is one record of the journal.
type operation struct {
	kind byte // 'W'rite, 'T'runcate, 'S'ync, 'U'nlink
	at   int64
	path string
	data []byte
}

// operations reads the journal up to where the process died.
func (d *Disk) operations() (list []operation, err error) {
	b, err := os.ReadFile(d.journal)
	if err != nil {
		return nil, err
	}
	in := bytes.NewReader(b)
	for {
		var head [17]byte
		if _, err := io.ReadFull(in, head[:]); err != nil {
			return list, nil // the last record may be cut off: its write was not acknowledged
		}
		path, data := make([]byte, binary.LittleEndian.Uint32(head[9:])), make([]byte, binary.LittleEndian.Uint32(head[13:]))
		if _, err := io.ReadFull(in, path); err != nil {
			return list, nil
		}
		if _, err := io.ReadFull(in, data); err != nil {
			return list, nil
		}
		list = append(list, operation{head[0], int64(binary.LittleEndian.Uint64(head[1:])), string(path), data})
	}
}

// sector is what a disk writes whole or not at all.
const sector = 512

// CutPower makes the folder what a power cut may have left of it: all that was synced, and of what was not any part, torn
// between sectors. With forgetful, the disk lies: it has synced nothing; only a test of the test wants that. It returns how many
// operations were lost, whole or in part.
func (d *Disk) CutPower(rng *rand.Rand, forgetful bool) (lost int, err error) {
	list, err := d.operations()
	if err != nil {
		return 0, err
	}
	left, pending := d.before, map[string][]operation{}
	for _, o := range list {
		switch {
		case strings.HasSuffix(o.path, "-shm"): // memory, made anew
		case o.kind == 'S' && !forgetful:
			for _, p := range pending[o.path] {
				p.apply(left, len(p.data))
			}
			delete(pending, o.path)
		case o.kind != 'S':
			pending[o.path] = append(pending[o.path], o)
		}
	}
	for _, operations := range pending {
		for _, o := range operations {
			switch rng.IntN(3) {
			case 0: // it reached the disk
				o.apply(left, len(o.data))
				continue
			case 1: // in part
				if o.kind == 'W' {
					o.apply(left, rng.IntN(len(o.data)/sector+1)*sector)
				}
			}
			lost++
		}
	}
	return lost, d.put(left)
}

// apply does to the files what an operation did, up to some bytes.
func (o operation) apply(all map[string][]byte, bytes int) {
	switch o.kind {
	case 'W':
		end := int(o.at) + bytes
		if len(all[o.path]) < end {
			all[o.path] = append(all[o.path], make([]byte, end-len(all[o.path]))...)
		}
		copy(all[o.path][o.at:], o.data[:bytes])
	case 'T':
		size := int(o.at)
		if len(all[o.path]) > size {
			all[o.path] = all[o.path][:size]
			return
		}
		all[o.path] = append(all[o.path], make([]byte, size-len(all[o.path]))...)
	case 'U':
		delete(all, o.path)
	}
}

// put writes the files back.
func (d *Disk) put(all map[string][]byte) error {
	now, err := files(d.Below)
	if err != nil {
		return err
	}
	for path := range now {
		if err := os.Remove(path); err != nil {
			return err
		}
	}
	for path, b := range all {
		if strings.HasSuffix(path, "-shm") {
			continue
		}
		if err := os.WriteFile(path, b, 0o600); err != nil {
			return err
		}
	}
	return nil
}
