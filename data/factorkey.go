package data

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// ErrNoFactorKey reports secrets of authenticator apps whose key is not beside the database: the file was left behind when it was
// moved or restored.
var ErrNoFactorKey = errors.New("the key of the authenticator apps is missing")

// factorSuffix follows the name of the database. Neither the database nor a backup opens what its key has sealed.
const factorSuffix = ".factors"

// factorKey seals the secrets of authenticator apps with AES-256-GCM. Unlike the keys of invitations it is never destroyed.
type factorKey struct {
	path string
	mu   sync.Mutex
	key  []byte // nil: not read yet
}

// get returns the key; fresh says that nothing was sealed yet, so that a missing one may be made.
func (k *factorKey) get(fresh bool) ([]byte, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.key != nil {
		return k.key, nil
	}
	b, err := os.ReadFile(k.path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && fresh:
		return k.make()
	case errors.Is(err, fs.ErrNotExist):
		return nil, ErrNoFactorKey
	case err != nil:
		return nil, err
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(b)))
	if err != nil || len(key) != keySize {
		return nil, fmt.Errorf("%s: %w", k.path, ErrCorrupt)
	}
	k.key = key
	return key, nil
}

// make writes a new key: it is on disk before anything is sealed with it.
func (k *factorKey) make() ([]byte, error) {
	key := newSecret()
	part := k.path + ".part"
	if err := writeSynced(part, []byte(hex.EncodeToString(key)+"\n")); err != nil {
		return nil, fmt.Errorf("key of the authenticator apps: %w", err)
	}
	if err := errors.Join(os.Rename(part, k.path), syncFolder(filepath.Dir(k.path))); err != nil {
		return nil, fmt.Errorf("key of the authenticator apps: %w", err)
	}
	k.key = key
	return key, nil
}

// seal closes a secret so that it opens for its account only.
func (k *factorKey) seal(ctx context.Context, q querier, account int64, secret []byte) ([]byte, error) {
	var fresh bool
	if err := q.QueryRowContext(ctx, `SELECT NOT EXISTS (SELECT 1 FROM authenticators)`).Scan(&fresh); err != nil {
		return nil, err
	}
	key, err := k.get(fresh)
	if err != nil {
		return nil, err
	}
	gcm, err := sealer(key)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, gcm.NonceSize())
	_, _ = rand.Read(nonce) // never fails: crypto/rand
	return gcm.Seal(nonce, nonce, secret, ofAccount(account)), nil
}

// open is the inverse of seal. ErrCorrupt for what was sealed for another account, or under another key.
func (k *factorKey) open(account int64, sealed []byte) ([]byte, error) {
	key, err := k.get(false)
	if err != nil {
		return nil, err
	}
	gcm, err := sealer(key)
	if err != nil {
		return nil, err
	}
	if len(sealed) < gcm.NonceSize() {
		return nil, ErrCorrupt
	}
	secret, err := gcm.Open(nil, sealed[:gcm.NonceSize()], sealed[gcm.NonceSize():], ofAccount(account))
	if err != nil {
		return nil, fmt.Errorf("authenticator app: %w: %w", ErrCorrupt, err)
	}
	return secret, nil
}

func ofAccount(id int64) []byte {
	return binary.BigEndian.AppendUint64([]byte("thuocdo authenticator "), uint64(id))
}
