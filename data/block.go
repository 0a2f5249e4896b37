package data

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"slices"

	"thuocdo/survey"
)

// Answers and receipts are stored in blocks: one row holds many records, sorted by content. A row per answer would
// not do, even with a random key: SQLite puts new cells of a page one below the other, so that the bytes of the page
// still tell the order of arrival, and the same order on the side of the receipts links every answer to its receipt.
// Inside a block nothing depends on order. A block fits one page, so writing one costs what writing a row costs.
const blockSize = 3900

// A response in a block:
//
//	length of the rest  uvarint
//	day                 varint, days since 1970-01-01
//	mode                1 byte, 1 + index in modes
//	answers             as survey.Form.Pack writes them

// modes are the ways of collection by stored number. New ones are added at the end.
var modes = []survey.Mode{survey.Web, survey.Kiosk, survey.Enumerator, survey.Paper, survey.API}

// appendResponse appends a response without its length.
func appendResponse(dst []byte, day survey.Day, mode survey.Mode, packed []byte) ([]byte, error) {
	i := slices.Index(modes, mode)
	if i < 0 {
		return nil, fmt.Errorf("%q: %w", mode, survey.ErrUnknownMode)
	}
	dst = binary.AppendVarint(dst, int64(day))
	dst = append(dst, byte(i+1))
	return append(dst, packed...), nil
}

// readResponse is the inverse of appendResponse.
func readResponse(b []byte) (day survey.Day, mode survey.Mode, packed []byte, err error) {
	d, n := binary.Varint(b)
	if n <= 0 || n >= len(b) || int64(survey.Day(d)) != d || b[n] == 0 || int(b[n]) > len(modes) {
		return 0, "", nil, fmt.Errorf("response: %w", ErrCorrupt)
	}
	return survey.Day(d), modes[b[n]-1], b[n+1:], nil
}

// splitResponses returns the records of a body, which they share.
func splitResponses(body []byte) (list [][]byte, err error) {
	for len(body) > 0 {
		size, n := binary.Uvarint(body)
		if n <= 0 || size > uint64(len(body)-n) {
			return nil, fmt.Errorf("block of responses: %w", ErrCorrupt)
		}
		list = append(list, body[n:n+int(size)])
		body = body[n+int(size):]
	}
	return list, nil
}

// joinResponses sorts the records and returns the body they make.
func joinResponses(list [][]byte) (body []byte) {
	slices.SortFunc(list, bytes.Compare)
	for _, r := range list {
		body = binary.AppendUvarint(body, uint64(len(r)))
		body = append(body, r...)
	}
	return body
}

// few is how many records any block but an agency's only one has at least.
const few = 16

// pageResponses deals records out to bodies of about a page. Where one is not enough, chance decides which record comes
// where, and the last body, which will take further answers, starts a quarter full: the newest answer is never alone.
func pageResponses(list [][]byte) (bodies [][][]byte) {
	left := 0
	for _, r := range list {
		left += stored(r)
	}
	if left > blockSize {
		rand.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	}
	for left > blockSize && len(list) >= 2*few {
		size, n := 0, 0
		for n < len(list)-few && (n < few || size+stored(list[n]) <= min(blockSize, left-blockSize/4)) {
			size, n = size+stored(list[n]), n+1
		}
		bodies, list, left = append(bodies, list[:n]), list[n:], left-size
	}
	return append(bodies, list)
}

// stored returns the bytes a record takes in a body.
func stored(r []byte) int {
	var length [binary.MaxVarintLen64]byte
	return binary.PutUvarint(length[:], uint64(len(r))) + len(r)
}

// A receipt in a block: digest, content digest, id of the wave. Blocks are sorted by digest.
const (
	digestSize  = 16
	receiptSize = 2*digestSize + 4
	receiptsMax = blockSize / receiptSize // in one block
)

// receipt is one stored receipt.
type receipt struct {
	digest, content [digestSize]byte
	wave            uint32
}

func splitReceipts(body []byte) ([]receipt, error) {
	if len(body)%receiptSize != 0 {
		return nil, fmt.Errorf("block of receipts: %w", ErrCorrupt)
	}
	list := make([]receipt, 0, len(body)/receiptSize+1)
	for ; len(body) > 0; body = body[receiptSize:] {
		r := receipt{wave: binary.BigEndian.Uint32(body[2*digestSize:])}
		copy(r.digest[:], body)
		copy(r.content[:], body[digestSize:])
		list = append(list, r)
	}
	return list, nil
}

func joinReceipts(list []receipt) []byte {
	body := make([]byte, 0, len(list)*receiptSize)
	for i := range list {
		body = append(append(body, list[i].digest[:]...), list[i].content[:]...)
		body = binary.BigEndian.AppendUint32(body, list[i].wave)
	}
	return body
}

// findReceipt returns where a digest is in a sorted list, or belongs.
func findReceipt(list []receipt, digest [digestSize]byte) (int, bool) {
	return slices.BinarySearchFunc(list, digest, func(r receipt, d [digestSize]byte) int { return bytes.Compare(r.digest[:], d[:]) })
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func checksum(body []byte) int64 { return int64(crc32.Checksum(body, castagnoli)) }

// intact checks a body against its stored checksum.
func intact(body []byte, crc int64) error {
	if checksum(body) != crc {
		return fmt.Errorf("checksum: %w", ErrCorrupt)
	}
	return nil
}
