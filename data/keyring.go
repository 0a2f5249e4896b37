package data

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"sync"
)

// ErrNoKeys reports invitations whose keys are not beside the database: the file was left behind when it was moved.
var ErrNoKeys = errors.New("the keys of the invitations are missing")

// keysSuffix follows the name of the database. The file is apart from it on purpose: neither the database nor its log nor
// a backup holds what tells which invitation was used.
const keysSuffix = ".keys"

// keyring holds the secrets of invitations: one for what the database keeps of codes and addresses, and one per wave for
// what becomes of an invitation when it is used. The latter is destroyed after the wave.
type keyring struct {
	path string
	mu   sync.Mutex
	ring *keys // nil: not read yet
}

type keys struct {
	Codes []byte            `json:"codes"`
	Waves map[string][]byte `json:"waves"` // by code
	// Rounds seal the codes of letters that wait to be sent, by the id of their round; gone when the last one is sent.
	Rounds map[int64][]byte `json:"rounds,omitempty"`
}

// clone returns keys that may be changed.
func (k *keys) clone() *keys {
	next := &keys{Codes: k.Codes, Waves: maps.Clone(k.Waves), Rounds: maps.Clone(k.Rounds)}
	if next.Waves == nil {
		next.Waves = map[string][]byte{}
	}
	if next.Rounds == nil {
		next.Rounds = map[int64][]byte{}
	}
	return next
}

const keySize = 32

// get returns the keys; they are not to be changed. ErrNoKeys where there are none.
func (k *keyring) get() (*keys, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.read()
}

func (k *keyring) read() (*keys, error) {
	if k.ring != nil {
		return k.ring, nil
	}
	b, err := os.ReadFile(k.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoKeys
	}
	var ring keys
	if err == nil {
		err = json.Unmarshal(b, &ring)
	}
	if err == nil && len(ring.Codes) != keySize {
		err = ErrCorrupt
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", k.path, err)
	}
	k.ring = &ring
	return k.ring, nil
}

// ensure returns the keys with one for the wave; fresh says that the database knows of no invitations yet, so that
// missing keys may be made. They are on disk before anything is written that needs them.
func (k *keyring) ensure(wave string, fresh bool) (*keys, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	old, err := k.read()
	switch {
	case errors.Is(err, ErrNoKeys) && fresh:
		old = &keys{Codes: newSecret()}
	case err != nil:
		return nil, err
	}
	if old.Waves[wave] != nil {
		return old, nil
	}
	next := old.clone()
	next.Waves[wave] = newSecret()
	return next, k.write(next)
}

// drop destroys the key of a wave: afterwards nobody can tell which of its invitations were used.
func (k *keyring) drop(wave string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	old, err := k.read()
	if errors.Is(err, ErrNoKeys) {
		return nil
	}
	if err != nil || old.Waves[wave] == nil {
		return err
	}
	next := old.clone()
	delete(next.Waves, wave)
	return k.write(next)
}

// round returns a fresh key for the letters of a round; it is on disk before anything is sealed with it.
func (k *keyring) round(id int64) ([]byte, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	old, err := k.read()
	if err != nil {
		return nil, err
	}
	next := old.clone()
	next.Rounds[id] = newSecret()
	return next.Rounds[id], k.write(next)
}

// keepRounds destroys the keys of all rounds but these: what was sealed with them is gone, in backups and logs too.
func (k *keyring) keepRounds(open map[int64]bool) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	old, err := k.read()
	if errors.Is(err, ErrNoKeys) {
		return nil
	}
	if err != nil {
		return err
	}
	next := old.clone()
	maps.DeleteFunc(next.Rounds, func(id int64, _ []byte) bool { return !open[id] })
	if len(next.Rounds) == len(old.Rounds) {
		return nil
	}
	return k.write(next)
}

func newSecret() []byte {
	b := make([]byte, keySize)
	_, _ = rand.Read(b) // never fails: crypto/rand
	return b
}

// write replaces the file, and overwrites the old one, as far as the file system lets it.
func (k *keyring) write(next *keys) error {
	b, err := json.Marshal(next)
	if err != nil {
		return err
	}
	part := k.path + ".part"
	if err := writeSynced(part, b); err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	old, _ := os.OpenFile(k.path, os.O_WRONLY, 0) // none the first time
	if err := os.Rename(part, k.path); err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	if old != nil {
		if info, err := old.Stat(); err == nil {
			_, _ = old.WriteAt(make([]byte, info.Size()), 0)
		}
		_ = errors.Join(old.Sync(), old.Close())
	}
	k.ring = next
	return syncFolder(filepath.Dir(k.path))
}

func writeSynced(path string, b []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	return errors.Join(err, f.Sync(), f.Close())
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// mac returns HMAC-SHA-256 under key of the parts, each behind its length.
func mac(key []byte, parts ...string) []byte {
	h := hmac.New(sha256.New, key)
	for _, p := range parts {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(p))))
		h.Write([]byte(p))
	}
	return h.Sum(nil)
}
