package data

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// Names of the checks that look around the database.
const (
	CheckDisk  = "disk"
	CheckClock = "clock"
)

// roomLeast is how much free space a database needs beside it at least; one with more in it needs a tenth of its size.
const roomLeast = 256 << 20

// Surroundings examines what Doctor leaves out, as it is not part of the database: the room on the disk, and whether
// the clock, which says now, is behind the newest answer of the report or the last migration.
func (s *Store) Surroundings(ctx context.Context, r Report, now time.Time) ([]Check, error) {
	disk := Check{Name: CheckDisk, Title: phrase.VI("chỗ trống trên đĩa", "room on the disk")}
	info, err := os.Stat(s.path)
	if err != nil {
		return nil, err
	}
	free, known := freeSpace(filepath.Dir(s.path))
	if need := max(roomLeast, info.Size()/10); known && free < need {
		disk.add(Problem{}, "còn trống %d MB, cần ít nhất %d MB", "%d MB are free, at least %d MB are needed", free>>20, need>>20)
	}
	clock := Check{Name: CheckClock, Title: phrase.VI("đồng hồ", "clock")}
	if err := s.clock(ctx, &clock, r.Newest, now); err != nil {
		return nil, storage(err)
	}
	return []Check{disk, clock}, nil
}

// clock allows a day: it is tomorrow already where an answer was given, and a clock may have been put right.
func (s *Store) clock(ctx context.Context, c *Check, newest survey.Day, now time.Time) error {
	var migrated string
	err := s.read.QueryRowContext(ctx, `SELECT coalesce(max(strftime('%Y-%m-%dT%H:%M:%SZ', tstamp)), '') FROM `+migrationTable).Scan(&migrated)
	if err != nil {
		return err
	}
	if t, err := time.Parse(time.RFC3339, migrated); err == nil && now.Add(24*time.Hour).Before(t) {
		c.add(Problem{}, "đồng hồ chỉ %s, nhưng cơ sở dữ liệu đã được nâng cấp lúc %s", "the clock says %s, but the database was migrated at %s",
			now.UTC().Format(time.RFC3339), migrated)
	}
	if today := survey.DayOf(now.In(survey.Vietnam)); newest > today+1 {
		c.add(Problem{}, "có phiếu của ngày %s, nhưng đồng hồ mới chỉ ngày %s", "there are answers of %s, but the clock says %s", newest, today)
	}
	return nil
}
