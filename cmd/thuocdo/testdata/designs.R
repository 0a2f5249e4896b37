# Made-up surveys under many designs and what R's survey package makes of them: Rscript designs.R SEED, in an empty folder.
# Writes the data and want.csv: arguments of 'thuocdo estimate', domain, estimate, standard error.
suppressMessages(library(survey))
set.seed(as.integer(commandArgs(TRUE)[1])); n <- 600
d <- data.frame(id = 1:n, h = sample(c("a", "b", "c", "d"), n, TRUE, c(.4, .3, .2, .1)))
d$psu <- paste0(d$h, sample(1:6, n, TRUE)); d$ssu <- paste0(d$psu, "-", sample(1:4, n, TRUE)); d$tsu <- paste0(d$ssu, ".", sample(1:3, n, TRUE))
d$num <- as.integer(sub("^.", "", d$psu)); d$pair <- paste0(d$h, d$num %% 2)
d$w <- round(runif(n, 5, 50), 3); d$wz <- ifelse(runif(n) < .1, 0, d$w)
d$N1 <- c(a = 20, b = 15, c = 10, d = 6)[d$h]; d$N2 <- 40; d$N3 <- 5; d$NN <- d$N1 * 50; d$share <- (table(d$h) / c(20, 15, 10, 6) / 50)[d$h]
d$y <- round(rnorm(n, 3, 1) + d$num / 3, 4); d$x <- round(runif(n, 1, 9), 3); d$sat <- rbinom(n, 1, .4); d$sat[runif(n) < .1] <- NA
d$g <- sample(c("u", "v"), n, TRUE); d$tiny <- ifelse(d$id <= 3, "t", ifelse(d$id < 200, "m", "o"))
d$sex <- sample(c("F", "M"), n, TRUE); d$age <- sample(c("m", "o", "y"), n, TRUE)
l <- d; l$psu[l$h == "d"] <- "d1"; l$psu[l$h == "c" & l$g == "v"] <- "c1"; certain <- l; certain$N1[certain$h == "d"] <- 1
for (k in c("d", "l", "certain")) write.csv(get(k), paste0(k, ".csv"), row.names = FALSE, na = "")
sex <- data.frame(sex = c("F", "M"), Freq = c(9000, 8000)); age <- data.frame(age = c("m", "o", "y"), Freq = c(7000, 6000, 4000))
write.csv(sex, "sex.csv", row.names = FALSE); write.csv(age, "age.csv", row.names = FALSE)
cat("variable,level,total\nsex,F,9000\nsex,M,8000\nage,m,7000\nage,o,6000\nage,y,4000\nx,,88000\n", file = "cal.csv")
cat("variable,level,total\n(Intercept),,17000\nx,,30000\n", file = "negative.csv")

want <- function(args, by, est, se) write.table(data.frame(args, by, est = sprintf("%.17g", est), se = sprintf("%.17g", se)), "want.csv", sep = ",", append = TRUE, row.names = FALSE, col.names = FALSE)
one <- function(args, r) want(args, "", as.numeric(coef(r)), as.numeric(SE(r)))
by <- function(args, f, g, design, FUN) {
  r <- svyby(f, reformulate(g), design, FUN, na.rm = TRUE)
  want(paste(args, "--by", g), as.character(r[[1]]), r[[2]], as.numeric(unlist(SE(r))))
}
# means and totals by domain, shares, a ratio, quantiles
all <- function(args, design, g = "g", quantiles = TRUE) {
  by(paste(args, "--stat mean --var y"), ~y, g, design, svymean); by(paste(args, "--stat total --var y"), ~y, g, design, svytotal)
  by(paste(args, "--stat share --levels 1 --var sat"), ~sat, g, design, svymean)
  one(paste(args, "--stat ratio --var y --denominator x"), svyratio(~y, ~x, design))
  if (quantiles) for (p in c(.1, .5, .9)) { q <- svyquantile(~y, design, p)$y; want(paste(args, "--stat quantile --var y --probs", p), "", q[1, "quantile"], q[1, "se"]) }
}
options(survey.lonely.psu = "adjust"); adjust <- "--lonely-psu adjust"
D <- "--data d.csv"; H <- paste(D, "--strata h"); P <- paste(H, "--cluster psu --weight w")
strata <- svydesign(~psu, strata = ~h, weights = ~w, data = d); plain <- svydesign(~psu, weights = ~w, data = d)
all(paste(D, "--cluster psu --weight w"), plain)
all(P, strata); all(P, strata, "tiny", FALSE)
all(paste(H, "--cluster psu,ssu,tsu --fpc N1,N2,N3", adjust), svydesign(~psu + ssu + tsu, strata = ~h, fpc = ~N1 + N2 + N3, data = d))
all(paste(H, "--cluster psu,ssu --fpc N1,N2 --weight w", adjust), svydesign(~psu + ssu, strata = ~h, fpc = ~N1 + N2, weights = ~w, data = d), "tiny")
all(paste(H, "--cluster num --nest --weight w"), svydesign(~num, strata = ~h, weights = ~w, data = d, nest = TRUE))
all(paste(H, "--fpc NN"), svydesign(~1, strata = ~h, fpc = ~NN, data = d)); all(paste(H, "--fpc share"), svydesign(~1, strata = ~h, fpc = ~share, data = d))
all(paste(H, "--cluster psu --weight wz"), svydesign(~psu, strata = ~h, weights = ~wz, data = d), "g", FALSE)
for (rule in c("remove", "certainty", "adjust", "average")) for (inside in c(FALSE, TRUE)) {
  options(survey.lonely.psu = rule, survey.adjust.domain.lonely = inside)
  a <- paste("--data l.csv --strata h --weight w --lonely-psu", rule, if (inside) "--lonely-domain")
  all(paste(a, "--cluster psu"), svydesign(~psu, strata = ~h, weights = ~w, data = l), "g", FALSE)
  all(paste(a, "--cluster psu,ssu --fpc N1,N2"), svydesign(~psu + ssu, strata = ~h, fpc = ~N1 + N2, weights = ~w, data = l), "g", FALSE)
}
options(survey.lonely.psu = "fail", survey.adjust.domain.lonely = FALSE)
all("--data certain.csv --strata h --cluster psu --fpc N1 --weight w", svydesign(~psu, strata = ~h, fpc = ~N1, weights = ~w, data = certain))
jkn <- as.svrepdesign(strata, type = "JKn")
all(paste(D, "--cluster psu --weight w --replicates jk1"), as.svrepdesign(plain, type = "JK1"), "g", FALSE)
all(paste(P, "--replicates jkn"), jkn, "g", FALSE)
all(paste(P, "--fpc N1 --replicates jkn"), as.svrepdesign(svydesign(~psu, strata = ~h, fpc = ~N1, weights = ~w, data = d), type = "JKn"), "g", FALSE)
all(paste(H, "--cluster pair --weight w --replicates brr"), as.svrepdesign(svydesign(~pair, strata = ~h, weights = ~w, data = d), type = "BRR"), "g", FALSE)
all(paste(P, "--replicates brr"), as.svrepdesign(strata, type = "BRR"), "g", FALSE) # strata of six units, split into pairs
set.seed(7); all(paste(P, "--replicates bootstrap --reps 40 --seed 7"), as.svrepdesign(strata, type = "subbootstrap", replicates = 40), "g", FALSE)
tight <- list(maxit = 100, epsilon = 1e-10); raked <- rake(strata, list(~sex, ~age), list(sex, age), control = tight)
all(paste(P, "--rake sex.csv,age.csv"), raked, "g", FALSE); all(paste(P, "--rake sex.csv,age.csv --trim 10,50"), trimWeights(raked, lower = 10, upper = 50), "g", FALSE)
all(paste(P, "--rake sex.csv,age.csv --replicates jkn"), rake(jkn, list(~sex, ~age), list(sex, age), control = tight), "g", FALSE)
all(paste(P, "--poststratify sex.csv"), postStratify(strata, ~sex, sex), "g", FALSE)
all(paste(P, "--calibrate cal.csv"), calibrate(strata, ~sex + age + x, c(`(Intercept)` = 17000, sexM = 8000, ageo = 6000, agey = 4000, x = 88000)), "g", FALSE)
all(paste(P, "--calibrate negative.csv"), calibrate(strata, ~x, c(`(Intercept)` = 17000, x = 30000)), "g", FALSE)
