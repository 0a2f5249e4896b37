# Prints what haven reads, line by line: V variable label, L variable value label, D variable row value.
# Debian: r-cran-haven.
if (!requireNamespace("haven", quietly = TRUE)) quit(status = 77)
suppressMessages(library(haven))
# F names the file that the lines after it are of.
flat <- function(x) gsub("[\t\n]", " ", x)
shown <- function(x) {
  if (is.character(x)) return(ifelse(is.na(x), "", flat(x)))
  tag <- rep(NA_character_, length(x))
  number <- as.numeric(unclass(x))
  tags <- na_tag(number)
  out <- sprintf("%.15g", number)
  ifelse(is.na(number), ifelse(is.na(tags), ".", paste0(".", tags)), out)
}
for (path in commandArgs(TRUE)) {
cat("F", path, sep = "\t"); cat("\n")
data <- if (endsWith(path, ".sav")) read_sav(path, user_na = TRUE) else read_dta(path)
for (name in names(data)) {
  x <- data[[name]]
  label <- attr(x, "label", exact = TRUE)
  cat("V", name, flat(if (is.null(label)) "" else label), sep = "\t"); cat("\n")
  levels <- attr(x, "labels", exact = TRUE)
  for (i in seq_along(levels)) {
    cat("L", name, shown(unname(levels[i])), flat(names(levels)[i]), sep = "\t"); cat("\n")
  }
  values <- shown(x)
  for (i in seq_along(values)) { cat("D", name, i, values[i], sep = "\t"); cat("\n") }
}
}
