// Package estimate gives survey statistics (thống kê điều tra chọn mẫu): means, totals, shares, ratios and quantiles
// with standard errors that respect the sampling design, tests, weighting to known totals, replicate weights,
// reliability of scales and drivers of satisfaction.
//
// A Frame holds the answers column by column. A Design says how the respondents were drawn. Domains are groups
// of respondents; a domain never changes the design, only which rows count. Variances are by Taylor linearisation
// over the design's stages, or by replicate weights. Nothing here returns NaN: a figure that cannot be computed is
// absent and carries the reason.
//
// The conventions follow the R package survey (Lumley 2010, "Complex Surveys"), so that both give the same digits.
// Every formula stands in the comment of the function that computes it, with its paper.
package estimate
