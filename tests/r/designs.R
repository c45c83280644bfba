# Estimates every design of a folder with R's package survey; compare_designs.py wrote the folder and reads the
# result. Argument: the folder. It holds designs.csv (one row per design), answers-<id>.csv, margins.csv.
suppressMessages(library(survey))
folder <- commandArgs(trailingOnly = TRUE)[1]
file_of <- function(name) file.path(folder, name)
designs <- read.csv(file_of("designs.csv"), stringsAsFactors = FALSE)
margins <- read.csv(file_of("margins.csv"), stringsAsFactors = FALSE)
rows <- list()

keep <- function(id, statistic, label, estimate, se = NA, low = NA, high = NA, df = NA, deff = NA) {
  rows[[length(rows) + 1]] <<- data.frame(
    id = id, statistic = statistic, label = as.character(label), estimate = as.numeric(estimate),
    se = as.numeric(se), low = as.numeric(low), high = as.numeric(high), df = as.numeric(df),
    deff = as.numeric(deff)
  )
}

make_design <- function(spec, answers) {
  ids <- switch(spec$units, rows = ~1, villages = ~psu, `two stages` = ~psu + id)
  strata <- if (spec$stratified) ~stratum else NULL
  fpc <- NULL
  if (spec$corrected) fpc <- switch(spec$units, rows = ~N, villages = ~M, `two stages` = ~M + households)
  svydesign(ids = ids, strata = strata, weights = ~w, fpc = fpc, data = answers)
}

counts_of <- function(id, name) {
  own <- margins[margins$id == id & margins$margin == name, ]
  table <- data.frame(level = own$level, Freq = own$count)
  names(table)[1] <- name
  table
}

totals_of <- function(id) {
  sex <- counts_of(id, "sex")
  area <- counts_of(id, "area")
  sex <- sex[order(sex$sex), ]
  area <- area[order(area$area), ]
  totals <- c(sum(sex$Freq), sex$Freq[-1], area$Freq[-1])
  names(totals) <- c("(Intercept)", paste0("sex", sex$sex[-1]), paste0("area", area$area[-1]))
  totals
}

adjust <- function(design, spec) {
  id <- spec$id
  switch(spec$adjustment,
    none = design,
    poststratify = postStratify(design, ~sex, counts_of(id, "sex")),
    rake = rake(design, list(~sex, ~area), list(counts_of(id, "sex"), counts_of(id, "area")),
      control = list(maxit = 2000, epsilon = 1e-13)),
    raking = calibrate(design, ~sex + area, totals_of(id), calfun = "raking", epsilon = 1e-12),
    linear = calibrate(design, ~sex + area, totals_of(id), calfun = "linear"),
    logit = calibrate(design, ~sex + area, totals_of(id), calfun = "logit", bounds = c(0.2, 5), epsilon = 1e-12)
  )
}

# The limits that svyciprop(method = "likelihood") interpolates, solved on the profile itself.
profile_limits <- function(design) {
  model <- svyglm(z ~ 1, design, family = quasibinomial, control = glm.control(epsilon = 1e-14, maxit = 100))
  weights <- weights(model, "prior")
  z <- model$y
  centre <- coef(model)[[1]]
  deviance_at <- function(b) -2 * sum(weights * (z * plogis(b, log.p = TRUE) + (1 - z) * plogis(-b, log.p = TRUE)))
  best <- optimize(deviance_at, centre + c(-1e-3, 1e-3), tol = 1e-12)$objective
  scale <- vcov(model)[[1]] / model$naive.cov[[1]]
  dispersion <- summary(model)$dispersion[[1]]
  cut <- qt(0.975, degf(design))^2 * scale
  gap <- function(b) (deviance_at(b) - best) / dispersion - cut
  reach <- 60
  plogis(c(
    uniroot(gap, c(centre - reach, centre), tol = 1e-13)$root,
    uniroot(gap, c(centre, centre + reach), tol = 1e-13)$root
  ))
}

estimate <- function(spec) {
  id <- spec$id
  answers <- read.csv(file_of(paste0("answers-", id, ".csv")), stringsAsFactors = TRUE)
  options(survey.lonely.psu = spec$lonely)
  design <- adjust(make_design(spec, answers), spec)
  df <- degf(design)
  t <- qt(0.975, df)
  bounds <- function(statistic) as.numeric(coef(statistic)) + c(-1, 1) * t * as.numeric(SE(statistic))
  keep(id, "weight", seq_len(nrow(answers)), weights(design))
  if (spec$adjustment == "rake") return(invisible())
  for (variable in c("y", "z")) {
    formula <- as.formula(paste0("~", variable))
    mean <- svymean(formula, design, na.rm = TRUE, deff = TRUE)
    keep(id, "mean", variable, coef(mean), SE(mean), bounds(mean)[1], bounds(mean)[2], df, deff(mean))
    with <- svymean(formula, design, na.rm = TRUE, deff = "replace")
    keep(id, "mean replace", variable, coef(with), SE(with), deff = deff(with))
    total <- svytotal(formula, design, na.rm = TRUE)
    keep(id, "total", variable, coef(total), SE(total), bounds(total)[1], bounds(total)[2], df)
    by <- svyby(formula, ~area, design, svymean, na.rm = TRUE)
    keep(id, paste("by", variable), by$area, by[[variable]], by$se)
  }
  ratio <- svyratio(~y, ~x, design, na.rm = TRUE)
  keep(id, "ratio", "y/x", coef(ratio), SE(ratio))
  if (spec$adjustment == "none") keep_contrast(id, design, df)
  # Rows of weight 0 count as answers for R's "beta" and svychisq(), and do not here.
  weighted <- all(weights(design) > 0)
  for (method in c(if (weighted) "beta", "xlogit", "asin", "mean")) {
    share <- try(svyciprop(~z, subset(design, !is.na(z)), method = method), silent = TRUE)
    if (!inherits(share, "try-error")) keep(id, paste("share", method), "z", coef(share), sqrt(attr(share, "var")), confint(share)[1], confint(share)[2])
  }
  if (coef(svymean(~z, design, na.rm = TRUE)) * (1 - coef(svymean(~z, design, na.rm = TRUE))) > 1e-6 && weighted && !anyNA(answers$z)) {
    limits <- try(profile_limits(design), silent = TRUE)
    if (!inherits(limits, "try-error")) keep(id, "share profile", "z", coef(svymean(~z, design)), NA, limits[1], limits[2])
  }
  if (weighted && !anyNA(answers$z) && length(unique(answers$z)) == 2) {
    test <- svychisq(~sex + z, design)
    keep(id, "chisq", test$parameter[["ddf"]], test$statistic, df = test$parameter[["ndf"]], low = test$p.value)
  }
}

# The difference of two domain means as a total of one linearised score, so that the covariance is kept.
keep_contrast <- function(id, design, df) {
  kept <- !is.na(design$variables$z)
  weight <- weights(design)
  z <- ifelse(kept, design$variables$z, 0)
  first <- kept & design$variables$sex == "F"
  second <- kept & design$variables$sex == "M"
  if (sum(weight[first]) == 0 || sum(weight[second]) == 0) return(invisible())
  mean_of <- function(half) sum(weight[half] * z[half]) / sum(weight[half])
  score <- first * (z - mean_of(first)) / sum(weight[first]) - second * (z - mean_of(second)) / sum(weight[second])
  total <- svytotal(~score, update(design, score = score))
  keep(id, "contrast", "F-M", mean_of(first) - mean_of(second), SE(total), df = df)
}

for (i in seq_len(nrow(designs))) estimate(as.list(designs[i, ]))
write.csv(do.call(rbind, rows), file_of("results.csv"), row.names = FALSE)
cat(format(packageVersion("survey")), "\n")
