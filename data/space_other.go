//go:build !(darwin || freebsd || linux)

package data

func freeSpace(string) (bytes int64, known bool) { return 0, false }
