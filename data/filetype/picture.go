package filetype

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/webp"

	"thuocdo/scoring/assess"
)

// Most pixels of a picture, in all and along a side: an A3 sheet scanned with 600 dots per inch has 70 million.
const (
	mostPixels = 100_000_000
	mostSide   = 30_000
)

// pixels wants a size that a program can draw.
func pixels(c image.Config, err error) error {
	if err != nil {
		return refuse(assess.FileDamaged, "picture: %v", err)
	}
	if c.Width < 1 || c.Height < 1 || c.Width > mostSide || c.Height > mostSide || c.Width*c.Height > mostPixels {
		return refuse(assess.FilePixels, "%d × %d pixels", c.Width, c.Height)
	}
	return nil
}

// png wants whole chunks up to the last, and nothing after it.
func (f *file) png() error {
	if err := pixels(png.DecodeConfig(f.section(0, f.size))); err != nil {
		return err
	}
	r := bufio.NewReaderSize(f.section(8, f.size-8), 64<<10)
	var head [8]byte
	for {
		if _, err := io.ReadFull(r, head[:]); err != nil {
			return cutShort(err)
		}
		sum := crc32.NewIEEE()
		sum.Write(head[4:])
		if _, err := io.CopyN(sum, r, int64(binary.BigEndian.Uint32(head[:]))); err != nil {
			return cutShort(err)
		}
		var want [4]byte
		if _, err := io.ReadFull(r, want[:]); err != nil {
			return cutShort(err)
		}
		if binary.BigEndian.Uint32(want[:]) != sum.Sum32() {
			return refuse(assess.FileDamaged, "a chunk of a PNG file is damaged")
		}
		if string(head[4:]) == "IEND" {
			break
		}
	}
	if n, err := io.Copy(io.Discard, r); err != nil || n > 0 {
		return errors.Join(err, refuse(assess.FileAmbiguous, "%d bytes after the end of a PNG file", n))
	}
	return nil
}

// cutShort makes the end of a file before its time a refusal.
func cutShort(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return refuse(assess.FileDamaged, "a picture cut short")
	}
	return fmt.Errorf("file type: %w", err)
}

// jpeg wants an end of image after the first scan. Cameras write more after it: further pictures, notes of their own.
func (f *file) jpeg() error {
	if err := pixels(jpeg.DecodeConfig(f.section(0, f.size))); err != nil {
		return err
	}
	at, err := f.scan()
	if err != nil {
		return err
	}
	b := make([]byte, 64<<10)
	for ; at < f.size; at += int64(len(b)) - 1 { // the mark may lie across two pieces
		n, err := f.ReadAt(b, at)
		if bytes.Contains(b[:n], []byte{0xff, 0xd9}) {
			return nil
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("file type: %w", err)
		}
	}
	return refuse(assess.FileDamaged, "a JPEG file cut short")
}

// scan returns where the first scan of a JPEG file begins: behind the segments, which may hold a whole small picture.
func (f *file) scan() (at int64, err error) {
	for at = 2; ; {
		b, err := f.read(at, 4)
		if err != nil {
			return 0, err
		}
		switch {
		case len(b) < 4 || b[0] != 0xff:
			return 0, refuse(assess.FileDamaged, "a JPEG file without a scan")
		case b[1] == 0xff: // filled up
			at++
		case b[1] == 0xda:
			return at, nil
		default:
			at += 2 + int64(binary.BigEndian.Uint16(b[2:]))
		}
	}
}

// webp wants the length that the container says, and pictures in it that can be read.
func (f *file) webp() error {
	b, err := f.read(0, 12)
	if err != nil {
		return err
	}
	length := int64(0)
	if len(b) == 12 {
		length = int64(binary.LittleEndian.Uint32(b[4:])) + 8
	}
	switch {
	case length > f.size:
		return refuse(assess.FileDamaged, "a WebP file cut short")
	case f.size > length+length%2:
		return refuse(assess.FileAmbiguous, "%d bytes after the end of a WebP file", f.size-length)
	}
	return pixels(webp.DecodeConfig(f.section(0, f.size)))
}
