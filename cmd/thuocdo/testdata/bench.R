# Shares of 4–5 with design-based errors by province, R's survey package: Rscript bench.R DATA.csv OUT.csv ITEMS
suppressMessages(library(survey))
options(survey.lonely.psu = "adjust")
a <- commandArgs(TRUE)
x <- read.csv(a[1])
for (q in paste0("q", 1:22)) x[[q]] <- as.numeric(x[[q]] >= 4)
d <- svydesign(ids = ~district, strata = ~stratum, weights = ~weight, data = x)
out <- NULL
seconds <- system.time(for (q in paste0("q", seq_len(as.integer(a[3])))) {
  s <- svyby(reformulate(q), ~province, d, svymean, na.rm = TRUE)
  out <- rbind(out, data.frame(province = s$province, variable = q, estimate = s[[q]], se = s$se))
})
write.csv(out, a[2], row.names = FALSE)
cat("version", as.character(packageVersion("survey")), "\n")
cat("seconds", seconds[["elapsed"]], "\n")
