/** What R, F and M should count: words and tables of the section. */
import type { WeightInterval, WeightQuality, WeightRow } from "$/api";
import { chartTable, type ChartTable, figure, type Wording } from "$/charts/context";
import type { Estimate } from "$/charts/forest";

export const METHODS = ["linear", "logistic", "boosting"] as const;
export type Method = (typeof METHODS)[number];

const FACTOR_KEYS = ["recency", "frequency", "monetary"] as const;
type FactorKey = (typeof FACTOR_KEYS)[number];

const factorKey = (row: WeightRow): FactorKey =>
  FACTOR_KEYS.find((key) => key === row.factor) ?? "monetary";
const methodKey = (row: WeightRow): Method => METHODS.find((key) => key === row.method) ?? "linear";

/** The weights of a method with their intervals, as the forest chart draws them. */
export function weightEstimates(rows: WeightRow[], method: string, { t }: Wording): Estimate[] {
  return rows.flatMap((row) =>
    row.method === method && row.weight !== null
      ? [
          {
            label: t(`weights.factor.${factorKey(row)}`),
            detail: t("weights.weight"),
            value: row.weight,
            low: row.low,
            high: row.high,
          },
        ]
      : [],
  );
}

type Measure = "caught" | "rank_correlation" | "area_under_curve" | "r_squared";

/** The interval of a way of scoring in one measure. */
export function intervalOf(
  intervals: WeightInterval[],
  score: string,
  measure: Measure,
): WeightInterval | undefined {
  return intervals.find((one) => one.score === score && one.measure === measure);
}

/** By how many points of the revenue each way of scoring caught more than equal weights. */
export function moreEstimates(
  rows: WeightQuality[],
  intervals: WeightInterval[],
  { t }: Wording,
): Estimate[] {
  return rows.flatMap((row) => {
    const interval = intervalOf(intervals, row.score, "caught");
    return !interval || interval.more === null
      ? []
      : [
          {
            label: t.words(row.name),
            detail: t("weights.more"),
            value: interval.more,
            low: interval.more_low,
            high: interval.more_high,
          },
        ];
  });
}

/** A difference of shares, with its sign. */
export function pointsText(value: number | null, { t, fmt }: Wording): string {
  if (value === null) return "–";
  const sign = value > 0 ? "+" : "";
  return t("weights.points", { n: `${sign}${fmt.decimal(value * 100)}` });
}

export function weightTable(rows: WeightRow[], { t, fmt }: Wording): ChartTable {
  const share = (value: number | null) => fmt.percent(value, 1);
  const number = (value: number | null) => fmt.decimal(value, 2);
  return chartTable<WeightRow>({
    file: "dangol-rfm-weights",
    rows,
    columns: [
      {
        key: "method",
        label: t("weights.method"),
        value: (row) => t(`weights.method.${methodKey(row)}`),
      },
      {
        key: "factor",
        label: t("weights.factor"),
        value: (row) => t(`weights.factor.${factorKey(row)}`),
      },
      figure("weight", t("weights.weight"), (row) => row.weight, share),
      figure("low", t("weights.low"), (row) => row.low, share),
      figure("high", t("weights.high"), (row) => row.high, share),
      figure("weight_before", t("weights.before"), (row) => row.weight_before, share),
      figure("coefficient", t("weights.coefficient"), (row) => row.coefficient, number),
      figure("coefficient_low", t("weights.low"), (row) => row.coefficient_low, number),
      figure("coefficient_high", t("weights.high"), (row) => row.coefficient_high, number),
    ],
  });
}

export function qualityTable(
  rows: WeightQuality[],
  intervals: WeightInterval[],
  { t, fmt }: Wording,
): ChartTable {
  const caught = (row: WeightQuality) => intervalOf(intervals, row.score, "caught");
  const share = (value: number | null) => fmt.percent(value, 1);
  const two = (value: number | null) => fmt.decimal(value, 2);
  const points = (value: number | null) => pointsText(value, { t, fmt });
  return chartTable<WeightQuality>({
    file: "dangol-rfm-weights-quality",
    rows,
    columns: [
      { key: "name", label: t("weights.way"), value: (row) => t.words(row.name) },
      figure("caught", t("weights.caught"), (row) => row.caught, share),
      figure("caught_more", t("weights.more"), (row) => row.caught_more, points),
      figure("caught_more_low", t("weights.low"), (row) => caught(row)?.more_low ?? null, points),
      figure(
        "caught_more_high",
        t("weights.high"),
        (row) => caught(row)?.more_high ?? null,
        points,
      ),
      figure("rank", t("weights.rank"), (row) => row.rank_correlation, two),
      figure("area", t("weights.area"), (row) => row.area_under_curve, two),
      figure("r_squared", t("weights.rSquared"), (row) => row.r_squared, two),
      figure("recency", "R", (row) => row.recency, share),
      figure("frequency", "F", (row) => row.frequency, share),
      figure("monetary", "M", (row) => row.monetary, share),
    ],
  });
}
