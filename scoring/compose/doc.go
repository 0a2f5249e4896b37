// Package compose builds composite indicators (chỉ số tổng hợp): from a table of units × indicators and a tree of
// elements, through denominators, screening, imputation, treatment of outliers, normalisation and aggregation, to
// scores, ranks and what is uncertain about them.
//
// Steps follow OECD/JRC (2008), "Handbook on Constructing Composite Indicators". Conventions follow the R package
// COINr (Becker et al. 2022, JOSS 7(78) 4567) where its behaviour is defined, so that both give the same digits.
// Inside, a missing value is NaN; no step makes one out of values that are there without saying so, and Text
// writes a missing value as an empty string. Units are kept in the order of their codes: the order of the rows in
// a file changes nothing.
package compose
