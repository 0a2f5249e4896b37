package sketch

import (
	"strconv"
	"strings"
)

// Next returns a version to follow one that is published: its last number one higher, until none has it.
func Next(version string, taken func(string) bool) string {
	stem := strings.TrimRight(version, "0123456789")
	n, err := strconv.Atoi(version[len(stem):])
	if err != nil {
		stem, n = version+"-", 1
	}
	for n++; ; n++ {
		if v := stem + strconv.Itoa(n); !taken(v) {
			return v
		}
	}
}
