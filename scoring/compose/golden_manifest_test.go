package compose

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// reproduced names, for every file of reference results, the test that compares with it.
var reproduced = map[string]string{
	"iData.csv": "TestEveryStepOfTheStandardBuildAgreesWithTheReference", "iMeta.csv": "TestEveryStepOfTheStandardBuildAgreesWithTheReference",
	"step_Raw.csv": "TestEveryStepOfTheStandardBuildAgreesWithTheReference", "step_Denominated.csv": "TestEveryStepOfTheStandardBuildAgreesWithTheReference",
	"step_Imputed.csv": "TestEveryStepOfTheStandardBuildAgreesWithTheReference", "step_Screened.csv": "TestEveryStepOfTheStandardBuildAgreesWithTheReference",
	"step_Treated.csv": "TestEveryStepOfTheStandardBuildAgreesWithTheReference", "step_Normalised.csv": "TestEveryStepOfTheStandardBuildAgreesWithTheReference",
	"step_Aggregated.csv": "TestEveryStepOfTheStandardBuildAgreesWithTheReference", "results_scores.csv": "TestEveryStepOfTheStandardBuildAgreesWithTheReference",
	"results_ranks.csv": "TestEveryStepOfTheStandardBuildAgreesWithTheReference",
	"treat_details.csv": "TestTreatmentScreeningAndEffectiveWeightsAgreeWithTheReference", "screen_summary.csv": "TestTreatmentScreeningAndEffectiveWeightsAgreeWithTheReference",
	"weights_effective.csv": "TestTreatmentScreeningAndEffectiveWeightsAgreeWithTheReference", "weights_original.csv": "TestTreatmentScreeningAndEffectiveWeightsAgreeWithTheReference",
	"impute_i_mean.csv": "TestOtherImputationsAgreeWithTheReference", "impute_i_median.csv": "TestOtherImputationsAgreeWithTheReference", "impute_i_median_grp.csv": "TestOtherImputationsAgreeWithTheReference",
	"norm_n_minmax_0_100.csv": "TestOtherNormalisationsAgreeWithTheReference", "norm_n_minmax_1_100.csv": "TestOtherNormalisationsAgreeWithTheReference",
	"norm_n_zscore_0_1.csv": "TestOtherNormalisationsAgreeWithTheReference", "norm_n_zscore_10_2.csv": "TestOtherNormalisationsAgreeWithTheReference",
	"norm_n_dist2max.csv": "TestOtherNormalisationsAgreeWithTheReference", "norm_n_dist2targ.csv": "TestOtherNormalisationsAgreeWithTheReference",
	"norm_n_rank.csv": "TestRanksAgreeWithTheReferenceExceptWhereRoundingMadeTies", "norm_n_borda.csv": "TestRanksAgreeWithTheReferenceExceptWhereRoundingMadeTies",
	"norm_n_prank.csv":       "TestRanksAgreeWithTheReferenceExceptWhereRoundingMadeTies",
	"norm_n_fracmax.csv":     "TestNormalisationsUnderTheConventionOfTheReferenceAgreeInEveryCell",
	"norm_n_dist2ref_1.csv":  "TestNormalisationsUnderTheConventionOfTheReferenceAgreeInEveryCell",
	"agg_a_amean.csv":        "TestAggregationsAgreeWithTheReference",
	"agg_a_gmean.csv":        "TestAggregationsAgreeWithTheReference",
	"agg_a_hmean.csv":        "TestAggregationsAgreeWithTheReference",
	"agg_a_genmean_p2.csv":   "TestAggregationsAgreeWithTheReference",
	"agg_mixed_am_gm_am.csv": "TestAggregationsAgreeWithTheReference",
	"agg_copeland.csv":       "TestAggregationsAgreeWithTheReference",
	"outrank_ConEcFin.csv":   "TestAggregationsAgreeWithTheReference",
	"sa_noisy_weights.csv":   "TestUncertaintyWithGivenRunsAgreesWithTheReference",
	"ua_para.csv":            "TestUncertaintyWithGivenRunsAgreesWithTheReference",
	"ua_ranks.csv":           "TestUncertaintyWithGivenRunsAgreesWithTheReference",
	"ua_scores_first40.csv":  "TestUncertaintyWithGivenRunsAgreesWithTheReference",
	"ua_rankstats.csv":       "TestUncertaintyWithGivenRunsAgreesWithTheReference",
	"sa_para.csv":            "TestSensitivityWithGivenRunsAgreesWithTheReference",
	"sa_y.csv":               "TestSensitivityWithGivenRunsAgreesWithTheReference",
	"sa_indices.csv":         "TestSensitivityWithGivenRunsAgreesWithTheReference",
	"sa_rankstats.csv":       "TestSensitivityWithGivenRunsAgreesWithTheReference",
	"remove_elements_L2.csv": "TestRemovalOfPillarsAgreesWithTheReference",
	"corr_L1_index.csv":      "TestStructureAgreesWithTheReference", "corr_L1_pearson.csv": "TestStructureAgreesWithTheReference", "corr_L2_L4_pearson.csv": "TestStructureAgreesWithTheReference",
	"corr_L2_L4_spearman.csv": "TestStructureAgreesWithTheReference", "corr_L2_L4_kendall.csv": "TestStructureAgreesWithTheReference",
	"pca_eigen.csv": "TestStructureAgreesWithTheReference", "cronbach.csv": "TestStructureAgreesWithTheReference",
	"pca_weights_level1.csv":       "TestWeightsByPrincipalComponentsAgreeWithTheReferenceUpToSign",
	"pca_weights_level2.csv":       "TestWeightsByPrincipalComponentsAgreeWithTheReferenceUpToSign",
	"opt_weights_L2.csv":           "TestWeightOptimisationAgreesWithTheReference",
	"stats_raw.csv":                "TestStatisticsOfIndicatorsAgreeWithTheReference",
	"rankshift_amean_vs_gmean.csv": "TestRankShiftsOfAnAlternativeAgreeWithTheReference",
}

// opened holds "test file" for every file of reference results that a test has read.
var opened sync.Map

// TestMain checks, after all tests have passed, that each read the files it is said to reproduce.
func TestMain(m *testing.M) {
	code := m.Run()
	passed, ran := code == 0, map[string]bool{}
	opened.Range(func(k, _ any) bool { test, _, _ := strings.Cut(k.(string), " "); ran[test] = true; return true })
	for file, test := range reproduced {
		if _, ok := opened.Load(test + " " + file); ran[test] && !ok && passed {
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
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(dir, path)
			found = append(found, filepath.ToSlash(rel))
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
