/** The tables behind the pictures of the cohorts page. */
import type {
  CheckedValue,
  Cohort,
  CohortOutlook,
  CohortValue,
  Contrast,
  Difference,
  MeanCurvePoint,
  RankedCohort,
} from "$/api";
import { cellText, cellValue, unweighted, type CohortMetric } from "$/charts/cohorts";
import { chartTable, type ChartTable, type Wording } from "$/charts/context";
import { NONE, type Formatter, type Granularity } from "$/format";
import type { Translator } from "$/i18n";

export function heatmapTable(
  cohorts: Cohort[],
  metric: CohortMetric,
  period: Granularity,
  { t, fmt }: Wording,
): ChartTable {
  const ages = Math.max(0, ...cohorts.map((cohort) => cohort.periods.length));
  const at = (cohort: Cohort, age: number) => {
    const cell = cohort.periods.find((one) => one.age === age);
    return cell ? cellValue(cell, cohort.size, metric) : null;
  };
  return chartTable<Cohort>({
    file: `dangol-cohorts-${period}-${metric}`,
    rows: cohorts,
    columns: [
      {
        key: "cohort",
        label: t("term.cohort"),
        value: (c) => c.cohort,
        text: (c) => fmt.period(c.cohort, period),
      },
      {
        key: "size",
        label: t("cohorts.size"),
        numeric: true,
        value: (c) => c.size,
        text: (c) => fmt.number(c.size),
      },
      ...Array.from({ length: ages }, (_, age) => ({
        key: `age${age}`,
        label: String(age),
        numeric: true,
        value: (c: Cohort) => at(c, age),
        text: (c: Cohort) => {
          const value = at(c, age);
          return value === null ? "" : cellText(value, metric, { fmt });
        },
      })),
    ],
  });
}

export function curveTable(curve: MeanCurvePoint[], { t, fmt }: Wording): ChartTable {
  return chartTable<MeanCurvePoint>({
    file: "dangol-cohort-mean",
    rows: curve,
    columns: [
      { key: "age", label: t("cohorts.ageAxis"), numeric: true, value: (p) => p.age },
      {
        key: "weighted",
        label: t("cohorts.weighted"),
        numeric: true,
        value: (p) => p.weighted_rate,
        text: (p) => fmt.percent(p.weighted_rate, 1),
      },
      {
        key: "low",
        label: t("cohorts.low"),
        numeric: true,
        value: (p) => p.low,
        text: (p) => fmt.percent(p.low, 1),
      },
      {
        key: "high",
        label: t("cohorts.high"),
        numeric: true,
        value: (p) => p.high,
        text: (p) => fmt.percent(p.high, 1),
      },
      {
        key: "unweighted",
        label: t("cohorts.unweighted"),
        numeric: true,
        value: (p) => p.unweighted_rate,
        text: (p) => unweighted(p, fmt),
      },
      { key: "cohorts", label: t("cohorts.count"), numeric: true, value: (p) => p.cohorts },
      {
        key: "arpu",
        label: t("cohorts.metric.cumulative"),
        numeric: true,
        value: (p) => p.weighted_cumulative_arpu,
        text: (p) => fmt.money(p.weighted_cumulative_arpu),
      },
    ],
  });
}

export function valueTable(
  values: CohortValue[],
  period: Granularity,
  { t, fmt }: Wording,
): ChartTable {
  return chartTable<CohortValue>({
    file: "dangol-cohort-values",
    rows: values,
    columns: [
      {
        key: "cohort",
        label: t("term.cohort"),
        value: (v) => v.cohort,
        text: (v) => fmt.period(v.cohort, period),
      },
      {
        key: "size",
        label: t("cohorts.size"),
        numeric: true,
        value: (v) => v.size,
        text: (v) => fmt.number(v.size),
      },
      {
        key: "six",
        label: t("cohorts.six"),
        numeric: true,
        value: (v) => v.six_month_value,
        text: (v) => fmt.money(v.six_month_value),
      },
      {
        key: "twelve",
        label: t("cohorts.twelve"),
        numeric: true,
        value: (v) => v.twelve_month_value,
        text: (v) => fmt.money(v.twelve_month_value),
      },
      {
        key: "drop",
        label: t("cohorts.drop"),
        numeric: true,
        value: (v) => v.steepest_drop?.drop ?? null,
        text: (v) =>
          v.steepest_drop
            ? t("cohorts.dropCell", {
                from: v.steepest_drop.from_age,
                to: v.steepest_drop.to_age,
                points: t("cohorts.points", { n: fmt.number(v.steepest_drop.drop * 100) }),
              })
            : NONE,
      },
    ],
  });
}

/** `country:France` is a share; everything else has a message of its own. */
function differenceName({ what, value }: Difference, t: Translator): string {
  const [kind = ""] = what.split(":");
  if (value === null) return t.named("cohorts.what", what);
  return t("cohorts.shareOf", { kind: t.named("cohorts.what", kind), name: t.words(value) });
}

function differenceText(what: string, value: number | null, fmt: Formatter): string {
  if (what === "first_order_value") return fmt.money(value);
  if (what === "items_per_first_order") return fmt.number(value, 1);
  return fmt.percent(value, 1);
}

export function contrastTable(contrast: Contrast, { t, fmt }: Wording): ChartTable {
  return chartTable<Difference>({
    file: "dangol-cohort-contrast",
    rows: contrast.differences,
    columns: [
      { key: "what", label: t("cohorts.difference"), value: (d) => differenceName(d, t) },
      {
        key: "best",
        label: t("cohorts.best"),
        numeric: true,
        value: (d) => d.best,
        text: (d) => differenceText(d.what, d.best, fmt),
      },
      {
        key: "worst",
        label: t("cohorts.worst"),
        numeric: true,
        value: (d) => d.worst,
        text: (d) => differenceText(d.what, d.worst, fmt),
      },
      {
        key: "index",
        label: t("cohorts.index"),
        numeric: true,
        value: (d) => d.index,
        text: (d) =>
          d.index_low === null || d.index_high === null
            ? fmt.number(d.index)
            : t("cohorts.indexBetween", {
                index: fmt.number(d.index),
                low: fmt.number(d.index_low),
                high: fmt.number(d.index_high),
              }),
      },
      {
        key: "differs",
        label: t("cohorts.differs"),
        value: (d) => d.p_value,
        text: (d) => t(d.differs ? "cohorts.differsYes" : "cohorts.differsNo"),
      },
    ],
  });
}

export function rankedTable(
  rows: RankedCohort[],
  text: (value: number) => string,
  period: Granularity,
  { t, fmt }: Wording,
): ChartTable {
  const number = (key: string, label: string, value: (row: RankedCohort) => number) => ({
    key,
    label,
    numeric: true,
    value,
    text: (row: RankedCohort) => text(value(row)),
  });
  return chartTable<RankedCohort>({
    file: "dangol-cohorts-ranked",
    rows,
    columns: [
      {
        key: "cohort",
        label: t("term.cohort"),
        value: (row) => row.cohort,
        text: (row) => fmt.period(row.cohort, period),
      },
      number("seen", t("cohorts.rankSeen"), (row) => row.seen),
      number("expected", t("cohorts.rankTruth"), (row) => row.expected),
      number("low", t("cohorts.low"), (row) => row.low),
      number("high", t("cohorts.high"), (row) => row.high),
    ],
  });
}

export function outlookTable(
  rows: CohortOutlook[],
  period: Granularity,
  { t, fmt }: Wording,
): ChartTable {
  const money = (key: string, label: string, value: (row: CohortOutlook) => number | null) => ({
    key,
    label,
    numeric: true,
    value,
    text: (row: CohortOutlook) => fmt.money(value(row)),
  });
  return chartTable<CohortOutlook>({
    file: `dangol-cohort-value-${period}`,
    rows,
    columns: [
      {
        key: "cohort",
        label: t("term.cohort"),
        value: (row) => row.cohort,
        text: (row) => fmt.period(row.cohort, period),
      },
      {
        key: "months",
        label: t("cohorts.outlookMonths"),
        numeric: true,
        value: (row) => row.months,
      },
      {
        key: "size",
        label: t("cohorts.size"),
        numeric: true,
        value: (row) => row.size,
        text: (row) => fmt.number(row.size),
      },
      {
        key: "state",
        label: t("cohorts.stateLabel"),
        value: (row) => row.state,
        text: (row) => t.named("cohorts.state", row.state),
      },
      money("soFar", t("cohorts.soFar"), (row) => row.so_far),
      money("value", t("cohorts.value"), (row) => row.value),
      money("low", t("cohorts.low"), (row) => row.low),
      money("high", t("cohorts.high"), (row) => row.high),
      money("older", t("cohorts.asOlder"), (row) => row.as_older_cohorts),
    ],
  });
}

export function trialTable(
  rows: CheckedValue[],
  period: Granularity,
  { t, fmt }: Wording,
): ChartTable {
  const money = (key: string, label: string, value: (row: CheckedValue) => number | null) => ({
    key,
    label,
    numeric: true,
    value,
    text: (row: CheckedValue) => fmt.money(value(row)),
  });
  return chartTable<CheckedValue>({
    file: `dangol-cohort-value-trial-${period}`,
    rows,
    columns: [
      {
        key: "cohort",
        label: t("term.cohort"),
        value: (row) => row.cohort,
        text: (row) => fmt.period(row.cohort, period),
      },
      {
        key: "months",
        label: t("cohorts.outlookMonths"),
        numeric: true,
        value: (row) => row.months,
      },
      money("known", t("cohorts.trialKnown"), (row) => row.so_far),
      money("value", t("cohorts.state.projected"), (row) => row.value),
      money("low", t("cohorts.low"), (row) => row.low),
      money("high", t("cohorts.high"), (row) => row.high),
      money("older", t("cohorts.asOlder"), (row) => row.as_older_cohorts),
      money("actual", t("cohorts.trialCame"), (row) => row.actual),
      {
        key: "held",
        label: t("cohorts.trialWithin"),
        value: (row) => String(row.held),
        text: (row) => t(row.held ? "cohorts.trialHeld" : "cohorts.trialMissed"),
      },
    ],
  });
}
