/** The tables behind the pictures of the cohorts page. */
import type { Cohort, CohortValue, Contrast, Difference, MeanCurvePoint } from "$/api";
import { cellText, cellValue, unweighted, type CohortMetric } from "$/charts/cohorts";
import { chartTable, type ChartTable } from "$/charts/context";
import { NONE, type Formatter, type Granularity } from "$/format";
import type { Translator } from "$/i18n";

interface Words {
  t: Translator;
  fmt: Formatter;
}

export function heatmapTable(
  cohorts: Cohort[],
  metric: CohortMetric,
  period: Granularity,
  { t, fmt }: Words,
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

export function curveTable(curve: MeanCurvePoint[], { t, fmt }: Words): ChartTable {
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
  { t, fmt }: Words,
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
export function differenceName(what: string, t: Translator): string {
  const [kind = "", ...rest] = what.split(":");
  if (rest.length === 0) return t.named("cohorts.what", what);
  return t("cohorts.shareOf", { kind: t.named("cohorts.what", kind), name: rest.join(":") });
}

function differenceText(what: string, value: number | null, fmt: Formatter): string {
  if (what === "first_order_value") return fmt.money(value);
  if (what === "items_per_first_order") return fmt.number(value, 1);
  return fmt.percent(value, 1);
}

export function contrastTable(contrast: Contrast, { t, fmt }: Words): ChartTable {
  return chartTable<Difference>({
    file: "dangol-cohort-contrast",
    rows: contrast.differences,
    columns: [
      { key: "what", label: t("cohorts.difference"), value: (d) => differenceName(d.what, t) },
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
        text: (d) => fmt.number(d.index),
      },
    ],
  });
}
