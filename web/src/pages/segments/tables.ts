/** The tables behind the pictures of the segments page. */
import type { Bin, ClassFigures, Factor, GroupFigures, RfmCell, ScoreFigures } from "$/api";
import { chartTable, type ChartTable, type Column, type Wording } from "$/charts/context";
import type { NamedSegment } from "$/charts/segments";
import { segmentName } from "$/state/context.svelte";

export const FACTORS: Factor[] = ["recency_days", "frequency", "monetary"];

export function factorText(
  factor: Factor,
  value: number | null,
  { t, fmt }: Wording,
  short = false,
): string {
  if (factor === "monetary") return short ? fmt.moneyShort(value) : fmt.money(value, true);
  if (factor === "recency_days") {
    return short ? fmt.number(value) : t("term.days", { days: fmt.number(value) });
  }
  return fmt.number(value, 1);
}

function figureColumns<Row extends GroupFigures>({ t, fmt }: Wording): Column<Row>[] {
  return [
    {
      key: "customers",
      label: t("term.customers"),
      numeric: true,
      value: (g) => g.customers,
      text: (g) => fmt.number(g.customers),
    },
    {
      key: "customer_share",
      label: t("term.customerShare"),
      numeric: true,
      value: (g) => g.customer_share,
      text: (g) => fmt.percent(g.customer_share, 1),
    },
    {
      key: "revenue",
      label: t("term.revenue"),
      numeric: true,
      value: (g) => g.monetary_sum,
      text: (g) => fmt.money(g.monetary_sum, true),
    },
    {
      key: "revenue_share",
      label: t("term.revenueShare"),
      numeric: true,
      value: (g) => g.revenue_share,
      text: (g) => fmt.percent(g.revenue_share, 1),
    },
    {
      key: "recency",
      label: t("segments.meanR"),
      numeric: true,
      value: (g) => g.recency_mean,
      text: (g) => fmt.decimal(g.recency_mean),
    },
    {
      key: "frequency",
      label: t("segments.meanF"),
      numeric: true,
      value: (g) => g.frequency_mean,
      text: (g) => fmt.decimal(g.frequency_mean),
    },
    {
      key: "monetary",
      label: t("segments.meanM"),
      numeric: true,
      value: (g) => g.monetary_mean,
      text: (g) => fmt.money(g.monetary_mean, true),
    },
  ];
}

export function segmentTable(segments: NamedSegment[], words: Wording): ChartTable {
  return chartTable<NamedSegment>({
    file: "dangol-segments",
    rows: segments,
    columns: [
      { key: "segment", label: words.t("term.segment"), value: (s) => s.name },
      ...figureColumns<NamedSegment>(words),
    ],
  });
}

export function classTable(classes: ClassFigures[], words: Wording): ChartTable {
  const { t, fmt } = words;
  return chartTable<ClassFigures>({
    file: "dangol-classes",
    rows: classes,
    columns: [
      { key: "class", label: t("segments.class"), value: (c) => segmentName("class", c.class) },
      {
        key: "score",
        label: t("segments.scoreRange"),
        numeric: true,
        value: (c) => c.score_min,
        text: (c) => `${fmt.number(c.score_min, 1)}–${fmt.number(c.score_max, 1)}`,
      },
      ...figureColumns<ClassFigures>(words),
    ],
  });
}

export function scoreTable(scores: ScoreFigures[], words: Wording): ChartTable {
  return chartTable<ScoreFigures>({
    file: "dangol-scores",
    rows: scores,
    columns: [
      {
        key: "score",
        label: words.t("segments.scoreColumn"),
        numeric: true,
        value: (s) => s.score,
        text: (s) => words.fmt.number(s.score, 1),
      },
      ...figureColumns<ScoreFigures>(words),
    ],
  });
}

export function gridTable(cells: RfmCell[], { t, fmt }: Wording): ChartTable {
  return chartTable<RfmCell>({
    file: "dangol-rf-grid",
    rows: cells,
    columns: [
      { key: "r", label: "R", numeric: true, value: (c) => c.r },
      { key: "f", label: "F", numeric: true, value: (c) => c.f },
      {
        key: "customers",
        label: t("term.customers"),
        numeric: true,
        value: (c) => c.customers,
        text: (c) => fmt.number(c.customers),
      },
      {
        key: "sum",
        label: t("term.revenue"),
        numeric: true,
        value: (c) => c.monetary_sum,
        text: (c) => fmt.money(c.monetary_sum, true),
      },
      {
        key: "mean",
        label: t("segments.meanM"),
        numeric: true,
        value: (c) => c.monetary_mean,
        text: (c) => fmt.money(c.monetary_mean, true),
      },
      {
        key: "recency",
        label: t("segments.meanR"),
        numeric: true,
        value: (c) => c.recency_mean,
        text: (c) => fmt.decimal(c.recency_mean),
      },
    ],
  });
}

export function distributionTable(factor: Factor, bins: Bin[], words: Wording): ChartTable {
  const { t, fmt } = words;
  return chartTable<Bin>({
    file: `dangol-distribution-${factor}`,
    rows: bins,
    columns: [
      {
        key: "from",
        label: t("term.from"),
        numeric: true,
        value: (b) => b.from,
        text: (b) => factorText(factor, b.from, words),
      },
      {
        key: "to",
        label: t("term.to"),
        numeric: true,
        value: (b) => b.to,
        text: (b) => factorText(factor, b.to, words),
      },
      {
        key: "customers",
        label: t("term.customers"),
        numeric: true,
        value: (b) => b.customers,
        text: (b) => fmt.number(b.customers),
      },
    ],
  });
}
