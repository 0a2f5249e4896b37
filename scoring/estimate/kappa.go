package estimate

import (
	"errors"
	"math"
)

// ErrTable reports a table of agreement that is not square, is empty or has negative counts.
var ErrTable = errors.New("expected a square table of counts that are not all zero")

// Kappa is how far two coders agree beyond chance.
type Kappa struct {
	N        int64   `json:"n"`        // units that both coded
	Observed float64 `json:"observed"` // share coded alike
	Expected float64 `json:"expected"` // share that chance gives, by the margins
	Kappa    float64 `json:"kappa"`    // at most 1
	SE       float64 `json:"se"`
	Low      float64 `json:"ci_low"` // 95 % interval, within [−1, 1]
	High     float64 `json:"ci_high"`
	Known    bool    `json:"known"` // false where both coders gave one code throughout: chance alone explains everything
}

// CohenKappa computes Cohen's kappa of a table in which cell i, j counts the units that the first coder gave code i and the second
// one code j.
//
//	κ = (p_o − p_e) / (1 − p_e),  p_o = Σ p_ii,  p_e = Σ p_i. p_.i
//
// with the large-sample standard error that holds for any κ:
//
//	se² = (A + B − C) / (N (1 − p_e)²)
//	A = Σ p_ii (1 − (p_i. + p_.i)(1 − κ))²
//	B = (1 − κ)² Σ_{i≠j} p_ij (p_.i + p_j.)²
//	C = (κ − p_e (1 − κ))²
//
// Sources: Cohen 1960; Fleiss, Cohen and Everitt 1969. Error: ErrTable.
func CohenKappa(table [][]int64) (k Kappa, err error) {
	row, col := make([]float64, len(table)), make([]float64, len(table))
	for i := range table {
		if len(table[i]) != len(table) {
			return k, ErrTable
		}
		for j, n := range table[i] {
			if n < 0 {
				return k, ErrTable
			}
			k.N += n
			row[i] += float64(n)
			col[j] += float64(n)
		}
	}
	if k.N == 0 {
		return k, ErrTable
	}
	n := float64(k.N)
	for i := range table {
		row[i], col[i] = row[i]/n, col[i]/n
		k.Observed += float64(table[i][i]) / n
		k.Expected += row[i] * col[i]
	}
	if 1-k.Expected < 1e-12 {
		return k, nil
	}
	k.Known = true
	k.Kappa = (k.Observed - k.Expected) / (1 - k.Expected)
	k.SE = math.Sqrt(math.Max(k.spread(table, row, col), 0)/n) / (1 - k.Expected)
	k.Low, k.High = math.Max(k.Kappa-normal975*k.SE, -1), math.Min(k.Kappa+normal975*k.SE, 1)
	return k, nil
}

// normal975 is the 0.975 quantile of the standard normal distribution.
const normal975 = 1.959963984540054

// spread returns A + B − C of CohenKappa.
func (k *Kappa) spread(table [][]int64, row, col []float64) float64 {
	a, b, n := 0.0, 0.0, float64(k.N)
	for i := range table {
		for j, c := range table[i] {
			p := float64(c) / n
			if i == j {
				d := 1 - (row[i]+col[i])*(1-k.Kappa)
				a += p * d * d
			} else {
				b += p * (col[i] + row[j]) * (col[i] + row[j])
			}
		}
	}
	c := k.Kappa - k.Expected*(1-k.Kappa)
	return a + (1-k.Kappa)*(1-k.Kappa)*b - c*c
}
