//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package data

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// lock takes the right to write to the database at path, held until the file is closed or the process ends, however
// it ends: the kernel drops the lock of a killed process. It never waits. The file names its holder for the message.
func lock(path string) (io.Closer, error) {
	f, err := os.OpenFile(path+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnwritable, err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		holder := strconv.Itoa(os.Getpid()) + "\n"
		if f.Truncate(0) == nil {
			f.WriteString(holder) // a full disk costs the name in a message, no more
		}
		return f, nil
	}
	defer f.Close()
	if !errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, fmt.Errorf("lock %s: %w", f.Name(), err)
	}
	who, _ := io.ReadAll(io.LimitReader(f, 20))
	if pid := strings.TrimSpace(string(who)); pid != "" {
		return nil, fmt.Errorf("%w (process %s)", ErrInUse, pid)
	}
	return nil, ErrInUse
}

// mayWrite reports whether files can be made in a folder.
func mayWrite(dir string) bool {
	const write = 2 // W_OK
	return syscall.Access(dir, write) == nil
}
