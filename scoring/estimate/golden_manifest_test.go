package estimate

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// reproduced names, for every file of reference results, the test that compares with it. The folder external has a list of
// its own in scoring/compose; R and README.md hold no results.
var reproduced = map[string]string{
	"reliability/alpha.csv":                         "TestReliabilityAgreesWithR",
	"reliability/cfa_cr_ave.csv":                    "TestConfirmatoryFactorsAgreeWithLavaan",
	"reliability/cfa_fit.csv":                       "TestConfirmatoryFactorsAgreeWithLavaan",
	"reliability/cfa_loadings.csv":                  "TestConfirmatoryFactorsAgreeWithLavaan",
	"reliability/cor_pearson_complete.csv":          "TestCorrelationsAgreeWithR",
	"reliability/cor_pearson_pairwise.csv":          "TestCorrelationsAgreeWithR",
	"reliability/cor_spearman_complete.csv":         "TestCorrelationsAgreeWithR",
	"reliability/cov_complete.csv":                  "TestCorrelationsAgreeWithR",
	"reliability/drivers_johnson.csv":               "TestDriversAgreeWithR",
	"reliability/drivers_ols.csv":                   "TestDriversAgreeWithR",
	"reliability/drivers_relimp.csv":                "TestDriversAgreeWithR",
	"reliability/drivers_relimp_weighted.csv":       "TestDriversAgreeWithR",
	"reliability/drivers_vif.csv":                   "TestDriversAgreeWithR",
	"reliability/efa_minres_unrotated.csv":          "TestFactorsAgreeWithR",
	"reliability/efa_varimax_loadings.csv":          "TestFactorsAgreeWithR",
	"reliability/item_total.csv":                    "TestReliabilityAgreesWithR",
	"reliability/kmo_bartlett.csv":                  "TestComponentsAgreeWithR",
	"reliability/kmo_items.csv":                     "TestComponentsAgreeWithR",
	"reliability/nonparametric.csv":                 "TestNonparametricTestsAgreeWithR",
	"reliability/omega_1f.csv":                      "TestOmegaAgreesWithR",
	"reliability/omega_5f.csv":                      "TestOmegaAgreesWithR",
	"reliability/pca_eigen.csv":                     "TestComponentsAgreeWithR",
	"reliability/pca_varimax_loadings.csv":          "TestComponentsAgreeWithR",
	"reliability/pca_vectors_signfixed.csv":         "TestComponentsAgreeWithR",
	"reliability/province_means_unweighted.csv":     "TestNonparametricTestsAgreeWithR",
	"reliability/quantile_types_1to9.csv":           "TestQuantileTypesAgreeWithR",
	"reliability/r_rng_seed42.csv":                  "TestRandomNumbersAreThoseOfR",
	"survey/pops.csv":                               "TestMarginsFollowFromThePopulations",
	"survey/s10k.csv":                               "TestProvinceByQuestionAgreesWithR",
	"survey/s10k_boot_psu_factors.csv.gz":           "TestBootstrapAndRankIntervalsAgreeWithR",
	"survey/s10k_boot_ranks.csv":                    "TestBootstrapAndRankIntervalsAgreeWithR",
	"survey/s10k_boot_theta.csv.gz":                 "TestBootstrapAndRankIntervalsAgreeWithR",
	"survey/s10k_calibrated.csv":                    "TestWeightingAgreesWithR",
	"survey/s10k_domains.csv":                       "TestDomainsThatCutAcrossUnitsAgreeWithR",
	"survey/s10k_index.csv":                         "TestIndexByProvinceAgreesWithR",
	"survey/s10k_jkn.csv":                           "TestJackknifeAgreesWithR",
	"survey/s10k_margin_agegrp.csv":                 "TestWeightingAgreesWithR",
	"survey/s10k_margin_area.csv":                   "TestWeightingAgreesWithR",
	"survey/s10k_margin_province.csv":               "TestWeightingAgreesWithR",
	"survey/s10k_margin_sex.csv":                    "TestWeightingAgreesWithR",
	"survey/s10k_pairwise.csv":                      "TestPairwiseDifferencesAgreeWithR",
	"survey/s10k_poststrata_province_area.csv":      "TestWeightingAgreesWithR",
	"survey/s10k_province_question.csv.gz":          "TestProvinceByQuestionAgreesWithR",
	"survey/s10k_province_sector_adjust.csv":        "TestLonelyUnitsInDomainsAgreeWithR",
	"survey/s10k_province_sector_adjust_domain.csv": "TestLonelyUnitsInDomainsAgreeWithR",
	"survey/s10k_sector_vcov.csv":                   "TestPairwiseDifferencesAgreeWithR",
	"survey/s10k_tests.csv":                         "TestDesignBasedTestsAgreeWithR",
	"survey/s10k_weights.csv.gz":                    "TestWeightingAgreesWithR",
}

// opened holds "test file" for every file of reference results that a test has read.
var opened sync.Map

// TestMain checks, after all tests have passed, that each read the files it is said to reproduce.
func TestMain(m *testing.M) {
	code := m.Run()
	passed, ran := code == 0, map[string]bool{}
	opened.Range(func(k, _ any) bool { test, _, _ := strings.Cut(k.(string), " "); ran[test] = true; return true })
	for file, test := range reproduced {
		if _, ok := opened.Load(test + " " + path.Base(file)); ran[test] && !ok && passed {
			fmt.Printf("%s does not read %s, which it is said to reproduce\n", test, file)
			code = 1
		}
	}
	os.Exit(code)
}

func TestEveryFileOfReferenceResultsIsReproducedByATest(t *testing.T) {
	dir := golden(t)
	sources, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	var source strings.Builder
	for _, name := range sources {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		source.Write(b)
	}
	var found []string
	err = filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(dir, name)
		if rel = filepath.ToSlash(rel); rel == "external/coinr" || rel == "R" {
			return fs.SkipDir
		}
		if err == nil && !d.IsDir() && rel != "README.md" {
			found = append(found, rel)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		if test := reproduced[f]; test == "" || !strings.Contains(source.String(), "\nfunc "+test+"(t *testing.T)") {
			t.Errorf("%s is reproduced by no test (%q)", f, test)
		}
	}
	for f := range reproduced {
		if !slices.Contains(found, f) {
			t.Errorf("%s is not among the reference results", f)
		}
	}
}
