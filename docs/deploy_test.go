package docs

import (
	"encoding/json"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"thuocdo/web/metrics"
)

// TestTheDashboardAsksForMetricsThatAreThere reads every expression of the dashboard.
func TestTheDashboardAsksForMetricsThatAreThere(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("deploy/grafana-dashboard.json")
	if err != nil {
		t.Fatal(err)
	}
	var board struct {
		Panels []struct{ Targets []struct{ Expr string } }
	}
	if err := json.Unmarshal(b, &board); err != nil {
		t.Fatal(err)
	}
	m := metrics.New("v", func() metrics.Load { return metrics.Load{} })
	m.Observe("/khao-sat/:wave/:agency", "POST", 303, time.Millisecond)
	w := httptest.NewRecorder()
	m.Handler(false).ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	name, exprs := regexp.MustCompile(`(thuocdo|process)_[a-z_]+`), 0
	for _, p := range board.Panels {
		for _, x := range p.Targets {
			exprs++
			for _, metric := range name.FindAllString(x.Expr, -1) {
				if !strings.Contains(w.Body.String(), "\n"+metric) {
					t.Errorf("there is no metric %s", metric)
				}
			}
		}
	}
	if exprs < 10 {
		t.Errorf("%d expressions", exprs)
	}
}

// TestTheUnitsAreSound has systemd read them, the program taken for one that is there, and rate the service.
func TestTheUnitsAreSound(t *testing.T) {
	t.Parallel()
	tool, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("systemd-analyze is not installed: the units were not checked")
	}
	dir := t.TempDir()
	names, _ := filepath.Glob("deploy/thuocdo*")
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		unit := regexp.MustCompile(`/usr/local/bin/(thuocdo|litestream)`).ReplaceAllString(string(b), "/bin/true")
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(name)), []byte(unit), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(tool, "verify", "--man=no", filepath.Join(dir, filepath.Base(name))).CombinedOutput()
		if text := string(out); strings.Contains(text, filepath.Base(name)) {
			t.Errorf("%s: %v\n%s", name, err, text)
		}
	}
	if len(names) != 4 {
		t.Errorf("units %v", names)
	}
	out, err := exec.Command(tool, "security", "--offline=true", "--threshold=20", filepath.Join(dir, "thuocdo.service")).CombinedOutput()
	if err != nil { // above 2.0 of 10
		t.Errorf("the service is exposed: %v\n%s", err, out)
	}
}
