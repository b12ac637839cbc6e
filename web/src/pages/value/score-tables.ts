/** The tables behind the attributes of the model and the score. */
import { pText } from "$/charts/profile";
import type { ScoreCheck, ScoreCoefficient, ScoredCustomer, Value } from "$/api";
import { chartTable, type ChartTable, figure, type Wording } from "$/charts/context";
import type { Translator } from "$/i18n";
import { estimateText } from "./query";

type Covariates = NonNullable<Value["covariates"]>;
type Coefficient = Covariates["coefficients"][number];

export function covariateTable(covariates: Covariates, { t, fmt }: Wording): ChartTable {
  const estimate = (value: number | null) => estimateText(value, fmt);
  return chartTable<Coefficient>({
    file: "dangol-value-covariates",
    rows: covariates.coefficients,
    columns: [
      { key: "attribute", label: t("value.covariates.attribute"), value: (c) => t.words(c.title) },
      { key: "level", label: t("value.covariates.level"), value: (c) => t.words(c.level) },
      {
        key: "compared",
        label: t("value.covariates.compared"),
        value: (c) => t.words(c.compared_with),
      },
      {
        key: "part",
        label: t("value.covariates.part"),
        value: (c) => t.named("value.covariates", c.part),
      },
      figure(
        "customers",
        t("term.customers"),
        (c) => c.customers,
        (v) => fmt.number(v),
      ),
      figure("value", t("value.estimate"), (c) => c.value, estimate),
      figure("error", t("value.standardError"), (c) => c.standard_error, estimate),
      figure("low", t("value.low"), (c) => c.low, estimate),
      figure("high", t("value.high"), (c) => c.high, estimate),
    ],
  });
}

export function checkTable(rows: ScoreCheck[], { t, fmt }: Wording): ChartTable {
  return chartTable<ScoreCheck>({
    file: "dangol-score-check",
    rows,
    columns: [
      { key: "method", label: t("score.method"), value: (c) => t.words(c.name) },
      figure(
        "rmse",
        t("check.rmse"),
        (c) => c.root_mean_squared_error,
        (v) => fmt.money(v),
      ),
      figure(
        "mae",
        t("check.mae"),
        (c) => c.mean_absolute_error,
        (v) => fmt.money(v),
      ),
      figure(
        "total",
        t("check.totalError"),
        (c) => c.total_error,
        (v) => (v === null ? "–" : fmt.change(v)),
      ),
      figure(
        "tenth",
        t("check.bestTenth"),
        (c) => c.best_tenth_found,
        (v) => fmt.percent(v),
      ),
    ],
  });
}

/** The feature with its level: "Channel: app". */
export function featureText(row: ScoreCoefficient, t: Translator): string {
  const level = t.words(row.level);
  return level ? `${t.words(row.title)}: ${level}` : t.words(row.title);
}

export function coefficientTable(rows: ScoreCoefficient[], { t, fmt }: Wording): ChartTable {
  const estimate = (value: number | null) => estimateText(value, fmt);
  return chartTable<ScoreCoefficient>({
    file: "dangol-score-features",
    rows,
    columns: [
      { key: "feature", label: t("score.feature"), value: (c) => featureText(c, t) },
      figure("standardised", t("score.perDeviation"), (c) => c.standardised, estimate),
      figure("value", t("value.estimate"), (c) => c.value, estimate),
      figure("error", t("value.standardError"), (c) => c.standard_error, estimate),
      figure("low", t("value.low"), (c) => c.low, estimate),
      figure("high", t("value.high"), (c) => c.high, estimate),
      figure(
        "p",
        t("score.pValue"),
        (c) => c.p_value,
        (v) => pText(v, fmt),
      ),
    ],
  });
}

export function scoredTable(rows: ScoredCustomer[], { t, fmt }: Wording): ChartTable {
  return chartTable<ScoredCustomer>({
    file: "dangol-score-customers",
    rows,
    columns: [
      { key: "customer", label: t("term.customer"), value: (c) => c.customer_id },
      figure(
        "value",
        t("score.value"),
        (c) => c.value,
        (v) => fmt.money(v, true),
      ),
      figure(
        "chance",
        t("score.chance"),
        (c) => c.chance_of_buying,
        (v) => fmt.percent(v),
      ),
      figure(
        "ifBuying",
        t("score.ifBuying"),
        (c) => c.revenue_if_buying,
        (v) => fmt.money(v, true),
      ),
      figure(
        "revenue",
        t("value.revenueSoFar"),
        (c) => c.revenue,
        (v) => fmt.money(v, true),
      ),
    ],
  });
}
