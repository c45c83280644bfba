# Times svyby() of R's package survey on the data that benchmarks/designs.py wrote. Arguments: file, rows, domains.
# Prints the seconds, then the estimate and standard error of the first and the last domain.
suppressMessages(library(survey))
arguments <- commandArgs(trailingOnly = TRUE)
rows <- as.integer(arguments[2])
columns <- matrix(readBin(arguments[1], "double", 5 * rows), ncol = 5)
answers <- data.frame(columns)
names(answers) <- c("stratum", "unit", "N", "weight", "y")
design <- svydesign(id = ~1, strata = ~stratum, weights = ~weight, fpc = ~N, data = answers)
seconds <- system.time(table <- svyby(~y, ~unit, design, svymean))["elapsed"]
cat(format(seconds, digits = 6), "\n")
ends <- c(1, nrow(table))
cat(format(c(table$y[ends], table$se[ends]), digits = 15), "\n")
