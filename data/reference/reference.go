// Package reference holds the data that the product ships with: provinces (tỉnh, thành phố) before and after the
// reorganisation of 1 July 2025, questionnaires (phiếu hỏi) and frameworks (bộ chỉ số). SOURCES.md says where each
// fact comes from, how sure it is, and what is illustrative (minh họa).
package reference

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

//go:embed agencies.json questionnaires/*.json frameworks/*.json
var files embed.FS

// ErrUnknownFramework is returned for a framework that is not part of the reference data.
var ErrUnknownFramework = errors.New("no such framework in the reference data")

// Note is something known of an agency that its record cannot say, e.g. a change of form.
type Note struct {
	Agency     string      `json:"agency"`
	Day        survey.Day  `json:"day"`
	Text       phrase.Text `json:"text"`
	LegalBasis string      `json:"legal_basis"`
}

type agencyFile struct {
	Agencies    []survey.Agency     `json:"agencies"`
	Successions []survey.Succession `json:"successions"`
	Notes       []Note              `json:"notes"`
}

// Agencies returns the 34 provinces of today, the 52 that merged into 23 of them on 1 July 2025, and the edges
// between them. The 11 unchanged provinces are one agency each, without a first day.
func Agencies() ([]survey.Agency, []survey.Succession, error) {
	f, err := agencies()
	return f.Agencies, f.Successions, err
}

// Notes returns what is known of agencies beyond their records.
func Notes() ([]Note, error) {
	f, err := agencies()
	return f.Notes, err
}

func agencies() (f agencyFile, err error) {
	data, err := files.ReadFile("agencies.json")
	if err != nil {
		return f, err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return agencyFile{}, fmt.Errorf("agencies.json: %w", err)
	}
	return f, nil
}

// Questionnaires returns the questionnaires the product ships with, by file name.
func Questionnaires() ([]*survey.Questionnaire, error) {
	return each("questionnaires", survey.ParseQuestionnaire)
}

// Frameworks returns the frameworks the product ships with, by file name.
func Frameworks() ([]*scoring.Framework, error) {
	return each("frameworks", scoring.Parse)
}

// Framework returns one version of a framework, or ErrUnknownFramework. An empty version is the one that came into
// force last.
func Framework(code, version string) (*scoring.Framework, error) {
	all, err := Frameworks()
	if err != nil {
		return nil, err
	}
	var found *scoring.Framework
	for _, f := range all {
		if f.Code != code || version != "" && f.Version != version {
			continue
		}
		if found == nil || f.Effective.From > found.Effective.From {
			found = f
		}
	}
	if found == nil {
		return nil, fmt.Errorf("%s %s: %w", code, version, ErrUnknownFramework)
	}
	return found, nil
}

// each reads every file of a folder.
func each[T any](folder string, read func([]byte) (T, error)) ([]T, error) {
	names, err := fs.Glob(files, folder+"/*.json")
	if err != nil {
		return nil, err
	}
	list := make([]T, 0, len(names))
	for _, name := range names {
		data, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		one, err := read(data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		list = append(list, one)
	}
	return list, nil
}
