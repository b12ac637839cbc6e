/** What lies behind the segments: the R × F grid, the distributions of the factors, the scores. */
import type { Bin, FactorSummary, RfmCell, ScoreFigures } from "$/api";
import { textOn } from "$/theme/contrast";
import { sequentialAt } from "$/theme/tokens";
import { axisTitle, base, categoryAxis, lines, tooltip, valueAxis, type CustomApi } from "./base";
import type { ChartContext, Option } from "./context";

export const gridMeasures = ["customers", "monetary_sum", "monetary_mean"] as const;
type GridMeasure = (typeof gridMeasures)[number];

export function rfGridChart(
  cells: RfmCell[],
  groups: { r: number; f: number },
  measure: GridMeasure,
  context: ChartContext,
): Option {
  const { fmt, t, palette } = context;
  const largest = Math.max(1e-9, ...cells.map((cell) => cell[measure] ?? 0));
  const text = (value: number | null) =>
    measure === "customers" ? fmt.number(value) : fmt.moneyShort(value);
  const data: [number, number, number | null][] = [];
  for (let r = 1; r <= groups.r; r += 1) {
    for (let f = 1; f <= groups.f; f += 1) {
      const cell = cells.find((one) => one.r === r && one.f === f);
      data.push([f - 1, r - 1, cell && cell.customers > 0 ? cell[measure] : null]);
    }
  }
  const scores = (n: number) => Array.from({ length: n }, (_, i) => String(i + 1));
  return {
    ...base(context),
    grid: { left: 40, right: 2, top: 2, bottom: 42 },
    tooltip: {
      ...tooltip(context),
      formatter: (item: { value: [number, number, number | null] }) => {
        const [f, r] = item.value;
        const cell = cells.find((one) => one.r === r + 1 && one.f === f + 1);
        return lines(`R ${r + 1} · F ${f + 1}`, [
          [t("term.customers"), fmt.number(cell?.customers ?? 0)],
          [t("term.revenue"), fmt.moneyShort(cell?.monetary_sum ?? 0)],
          [t("term.monetaryMean"), fmt.money(cell?.monetary_mean, true)],
          [t("term.recencyMean"), t("term.days", { days: fmt.number(cell?.recency_mean) })],
        ]);
      },
    },
    xAxis: {
      ...categoryAxis(context, scores(groups.f)),
      ...axisTitle(context, t("segments.grid.f")),
      axisLine: { show: false },
    },
    yAxis: {
      ...categoryAxis(context, scores(groups.r)),
      ...axisTitle(context, t("segments.grid.r"), 24),
      axisLine: { show: false },
    },
    series: [
      {
        type: "custom",
        encode: { x: 0, y: 1 },
        data,
        renderItem: (_: unknown, api: CustomApi) => {
          const value = api.value(2);
          const [x, y] = api.coord([api.value(0), api.value(1)]);
          const [w, h] = api.size([1, 1]);
          const empty = !Number.isFinite(value);
          const fill = empty
            ? palette.sunken
            : sequentialAt(palette, 0.06 + (0.94 * value) / largest);
          return {
            type: "group",
            children: [
              {
                type: "rect",
                shape: { x: x - w / 2 + 1, y: y - h / 2 + 1, width: w - 2, height: h - 2, r: 3 },
                style: { fill },
              },
              {
                type: "text",
                style: {
                  x,
                  y,
                  text: empty ? "" : text(value),
                  align: "center",
                  verticalAlign: "middle",
                  fill: textOn(fill),
                  font: `500 ${context.compact ? 11 : 13}px ${base(context).textStyle.fontFamily}`,
                },
              },
            ],
          };
        },
      },
    ],
  };
}

/** Where a value lies on an axis on which every bin has the same width. */
export function binPosition(bins: Bin[], value: number): number {
  const index = bins.findIndex((bin) => value < bin.to);
  if (index < 0) return bins.length;
  const bin = bins[index] as Bin;
  const within = bin.to > bin.from ? (value - bin.from) / (bin.to - bin.from) : 0.5;
  return index + Math.min(1, Math.max(0, within));
}

const PERCENTILES = ["p25", "p50", "p75", "p95"] as const;

export function distributionChart(
  bins: Bin[],
  summary: FactorSummary,
  format: (value: number) => string,
  context: ChartContext,
): Option {
  const { fmt, t, palette } = context;
  const largest = Math.max(1, ...bins.map((bin) => bin.customers));
  const marks = PERCENTILES.map((name) => ({
    name,
    at: binPosition(bins, summary[name] ?? 0),
    text: name === "p50" ? t("term.median") : name.toUpperCase(),
    value: summary[name] ?? 0,
  }));
  // Labels that would overlap go to rows of their own.
  const rows: number[] = [];
  const perBin = (context.width - 40) / Math.max(1, bins.length);
  marks.forEach((mark, index) => {
    const before = marks[index - 1];
    const near = before && (mark.at - before.at) * perBin < 62;
    rows.push(near ? (rows[index - 1] ?? 0) + 1 : 0);
  });
  return {
    ...base(context),
    grid: { left: 4, right: 10, top: 66, bottom: 2, containLabel: true },
    tooltip: {
      ...tooltip(context),
      formatter: (item: { seriesIndex: number; dataIndex: number }) => {
        const bin = bins[item.dataIndex];
        if (item.seriesIndex !== 0 || !bin) return "";
        return lines(`${format(bin.from)} – ${format(bin.to)}`, [
          [t("term.customers"), fmt.number(bin.customers)],
          [t("term.share"), fmt.percent(bin.customers / Math.max(1, summary.count), 1)],
        ]);
      },
    },
    xAxis: {
      type: "value",
      min: 0,
      max: bins.length,
      interval: 1,
      splitLine: { show: false },
      axisTick: { show: false },
      axisLine: { lineStyle: { color: palette.faint } },
      axisLabel: {
        color: palette.muted,
        fontSize: 11,
        hideOverlap: true,
        formatter: (index: number) => {
          const edge = index < bins.length ? bins[index]?.from : bins.at(-1)?.to;
          return edge === undefined ? "" : format(edge);
        },
      },
    },
    yAxis: { ...valueAxis(context, (value) => fmt.numberShort(value)), max: largest, show: false },
    series: [
      {
        type: "custom",
        encode: { x: 0, y: 1 },
        data: bins.map((bin, index) => [index, bin.customers]),
        renderItem: (_: unknown, api: CustomApi) => {
          const [left, top] = api.coord([api.value(0), api.value(1)]);
          const [right, bottom] = api.coord([api.value(0) + 1, 0]);
          return {
            type: "rect",
            shape: {
              x: left + 0.5,
              y: top,
              width: Math.max(1, right - left - 1),
              height: Math.max(api.value(1) > 0 ? 1 : 0, bottom - top),
            },
            style: { fill: palette.quiet },
          };
        },
      },
      {
        type: "custom",
        silent: true,
        encode: { x: 0 },
        data: marks.map((mark) => [mark.at]),
        tooltip: { show: false },
        renderItem: (item: { dataIndex: number }, api: CustomApi) => {
          const mark = marks[item.dataIndex];
          if (!mark) return null;
          const [x, bottom] = api.coord([mark.at, 0]);
          const y = 8 + (rows[item.dataIndex] ?? 0) * 16;
          const strong = mark.name === "p50";
          const right = x > context.width - 76;
          return {
            type: "group",
            children: [
              {
                type: "line",
                shape: { x1: x, y1: y, x2: x, y2: bottom },
                style: {
                  stroke: strong ? palette.accent : palette.muted,
                  lineWidth: strong ? 1.5 : 1,
                  lineDash: strong ? null : [2, 2],
                },
              },
              {
                type: "text",
                style: {
                  x: right ? x - 4 : x + 4,
                  y,
                  text: `${mark.text} ${format(mark.value)}`,
                  align: right ? "right" : "left",
                  verticalAlign: "middle",
                  fill: strong ? palette.accent : palette.muted,
                  font: `${strong ? 600 : 400} 11px ${base(context).textStyle.fontFamily}`,
                },
              },
            ],
          };
        },
      },
    ],
  };
}

/** Mean value per score, as bars whose colour says how many customers stand behind them. */
export function scoreChart(scores: ScoreFigures[], context: ChartContext): Option {
  const { fmt, t, palette } = context;
  const series = (name: string, colour: string, share: (index: number) => number) => ({
    type: "bar",
    name,
    barGap: "0%",
    barCategoryGap: "30%",
    itemStyle: { color: colour },
    emphasis: { disabled: true },
    data: scores.map((_, index) => share(index)),
  });
  return {
    ...base(context),
    grid: { left: 4, right: 4, top: 10, bottom: 2, containLabel: true },
    tooltip: {
      ...tooltip(context, "axis"),
      formatter: (items: { dataIndex: number }[]) => {
        const score = scores[items[0]?.dataIndex ?? 0];
        if (!score) return "";
        return lines(t("segments.score", { score: score.score }), [
          [
            t("term.customers"),
            `${fmt.number(score.customers)} · ${fmt.percent(score.customer_share, 1)}`,
          ],
          [
            t("term.revenue"),
            `${fmt.moneyShort(score.monetary_sum)} · ${fmt.percent(score.revenue_share, 1)}`,
          ],
        ]);
      },
    },
    xAxis: categoryAxis(
      context,
      scores.map((score) => fmt.number(score.score, 1)),
    ),
    yAxis: valueAxis(context, (value) => fmt.percent(value)),
    series: [
      series("customers", palette.quiet, (index) => scores[index]?.customer_share ?? 0),
      series("revenue", palette.accent, (index) => scores[index]?.revenue_share ?? 0),
    ],
  };
}
