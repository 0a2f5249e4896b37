package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/xuri/excelize/v2"

	"thuocdo/data/framebook"
)

func TestPlacesOfMistakesAreNamedInVietnamese(t *testing.T) {
	t.Parallel()
	for en, vi := range map[string]string{
		"row 3, column agency": "dòng 3, cột agency",
		"row 1":                "dòng 1",
		"$.tree[0].max_points": "$.tree[0].max_points",
		"sheet Tiêu chí, row 5, column H, entry 2": "trang Tiêu chí, dòng 5, cột H, ý 2",
		"sheet Bộ chỉ số":                          "trang Bộ chỉ số",
		"sheet Xếp loại, row 1":                    "trang Xếp loại, dòng 1",
	} {
		if got := placeIn(en, "vi"); got != vi {
			t.Errorf("%s: %s, want %s", en, got, vi)
		}
		if got := placeIn(en, "en"); got != en {
			t.Errorf("%s: %s in English", en, got)
		}
	}
}

func TestMistakesOfAWorkbookAreListedWithTheirCells(t *testing.T) {
	t.Parallel()
	f, err := framebook.Template()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := framebook.Write(&b, f); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	for cell, v := range map[string]any{"E4": 4.55, "H6": "> 90 = 10; 70-90 = 5; < 70 = 0"} {
		if err := book.SetCellValue("Tiêu chí", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	name := filepath.Join(t.TempDir(), "set.xlsx")
	if err := book.SaveAs(name); err != nil {
		t.Fatal(err)
	}
	var out, talk bytes.Buffer
	code := run(context.Background(), []string{"framework", "check", name}, nil, nil, &out, &talk)
	want := []string{": 3 mistakes, nothing was accepted", `  trang Tiêu chí, dòng 3, cột E: các mục con của "1" cộng lại được 29.55 điểm, nhưng điểm tối đa của "1" là 30`,
		`  trang Tiêu chí, dòng 4, cột H, ý 1: 5 điểm nằm ngoài khoảng từ 0 đến 4.55 của mục "1.1"`, `  trang Tiêu chí, dòng 6, cột H, ý 2: “70-90 = 5”: cần dạng > 90 = 2`}
	if code != exitFailed || out.Len() > 0 || !inOrder(talk.String(), want) {
		t.Errorf("exit %d, said\n%s\nwant\n%s", code, talk.String(), strings.Join(want, "\n"))
	}
}

// inOrder reports whether the text contains the parts one after another.
func inOrder(text string, parts []string) bool {
	for _, p := range parts {
		_, after, found := strings.Cut(text, p)
		if !found {
			return false
		}
		text = after
	}
	return true
}

// The guide shows commands; each must be one that the program has.
func TestCommandsInTheGuideOfFrameworksParse(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("../../docs/framework.md")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, m := range regexp.MustCompile("(?m)^(thuocdo [^#\n]*?) *(?:#.*)?$|`(thuocdo [^`]*)`").FindAllStringSubmatch(string(guide), -1) {
		line := m[1] + m[2]
		if strings.HasPrefix(line, "thuocdo: ") {
			continue
		}
		n++
		parser, err := kong.New(&commands{}, kong.Name("thuocdo"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := parser.Parse(strings.Fields(line)[1:]); err != nil {
			t.Errorf("%s: %v", line, err)
		}
	}
	if n < 6 {
		t.Errorf("only %d commands found", n)
	}
}
