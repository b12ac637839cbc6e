/** Charts of the cohorts page: the triangle, the mean curve and the curves of cumulative revenue. */
import type { Cohort, CohortCell, MeanCurvePoint } from "$/api";
import type { Formatter, Granularity } from "$/format";
import type { Translator } from "$/i18n";
import { mix, textOn } from "$/theme/contrast";
import { sequentialAt } from "$/theme/tokens";
import { axisTitle, base, categoryAxis, lines, tooltip, valueAxis, type CustomApi } from "./base";
import type { ChartContext, Option } from "./context";

/** What is not yet the last word on a cell. */
export function unsettled(
  cell: { incomplete: boolean | null; censored: boolean | null },
  t: Translator,
): string {
  if (cell.incomplete) return ` · ${t("term.incomplete")}`;
  return cell.censored ? ` · ${t("term.censored")}` : "";
}

export const cohortMetrics = ["rate", "arpu", "cumulative", "orders"] as const;
export type CohortMetric = (typeof cohortMetrics)[number];

export function cellValue(cell: CohortCell, size: number, metric: CohortMetric): number | null {
  if (metric === "rate") return cell.rate;
  if (metric === "arpu") return cell.arpu;
  if (metric === "orders") return cell.orders === null ? null : cell.orders / Math.max(1, size);
  return cell.cumulative_revenue === null ? null : cell.cumulative_revenue / Math.max(1, size);
}

/** Text of a value; short enough for a cell where `tight`. */
export function cellText(
  value: number,
  metric: CohortMetric,
  { fmt }: Pick<ChartContext, "fmt">,
  tight = false,
): string {
  if (metric === "rate") return tight ? fmt.number(value * 100) : fmt.percent(value, 0);
  if (metric === "orders") return fmt.number(value, tight ? 1 : 2);
  return tight ? fmt.numberShort(value) : fmt.moneyShort(value);
}

/**
 * What the ramp ends at. The first period, in which everybody bought, would take the whole ramp for
 * itself and is left out; single high cells are cut off at the 98th percentile.
 */
export function rampEnd(cohorts: Cohort[], metric: CohortMetric): number {
  const values = cohorts
    .flatMap((cohort) =>
      cohort.periods
        .filter((cell) => metric === "cumulative" || cell.age > 0)
        .map((cell) => cellValue(cell, cohort.size, metric)),
    )
    .filter((value): value is number => value !== null && value > 0)
    .sort((a, b) => a - b);
  return values[Math.floor((values.length - 1) * 0.98)] ?? 1;
}

export function cohortHeight(count: number, compact: boolean): number {
  const row = count > 30 ? 18 : compact ? 26 : 30;
  return 26 + row * Math.max(1, count);
}

/** Narrowest width in which the cells stay readable. */
export function cohortMinWidth(ages: number, metric: CohortMetric, compact: boolean): number {
  const cell = metric === "rate" ? (compact ? 21 : 26) : compact ? 34 : 44;
  return (compact ? 62 : 120) + ages * cell;
}

export function cohortHeatmap(
  cohorts: Cohort[],
  metric: CohortMetric,
  period: Granularity,
  selected: string,
  context: ChartContext,
): Option {
  const { fmt, t, palette, compact } = context;
  const ages = Math.max(1, ...cohorts.map((cohort) => cohort.periods.length));
  const end = rampEnd(cohorts, metric);
  const label = compact ? 62 : 120;
  const cellWidth = (context.width - label) / ages;
  const tight = cellWidth < 46;
  const font = `500 ${cellWidth < 30 ? 10 : 12}px ${base(context).textStyle.fontFamily}`;
  const showText = cellWidth >= 20 && cohorts.length <= 40;
  const data = cohorts.flatMap((cohort, row) =>
    cohort.periods
      .map((cell) => [
        cell.age,
        row,
        cellValue(cell, cohort.size, metric),
        cell.incomplete || (metric === "rate" && cell.censored) ? 1 : 0,
      ])
      .filter(([, , value]) => value !== null),
  );
  return {
    ...base(context),
    grid: { left: label, right: 0, top: 24, bottom: 2 },
    tooltip: {
      ...tooltip(context),
      formatter: (item: { value: [number, number, number, number] }) => {
        const [age, row] = item.value;
        const cohort = cohorts[row];
        const cell = cohort?.periods.find((one) => one.age === age);
        if (!cohort || !cell) return "";
        const note = unsettled(cell, t);
        return lines(
          `${fmt.period(cohort.cohort, period)} · ${t.named("cohorts.age", period)} ${age}${note}`,
          [
            [t("cohorts.active"), `${fmt.number(cell.active)} / ${fmt.number(cohort.size)}`],
            [t("cohorts.metric.rate"), fmt.percent(cell.rate, 1)],
            [t("cohorts.metric.arpu"), fmt.money(cell.arpu)],
            [t("cohorts.metric.cumulative"), fmt.money(cellValue(cell, cohort.size, "cumulative"))],
            [t("term.orders"), fmt.number(cell.orders)],
          ],
        );
      },
    },
    xAxis: {
      ...categoryAxis(
        context,
        Array.from({ length: ages }, (_, age) => String(age)),
      ),
      position: "top",
      axisLine: { show: false },
    },
    yAxis: {
      ...categoryAxis(
        context,
        cohorts.map((cohort) => cohort.cohort),
      ),
      inverse: true,
      triggerEvent: true,
      axisLine: { show: false },
      axisLabel: {
        interval: 0,
        margin: 8,
        hideOverlap: cohorts.length > 40,
        formatter: (value: string, index: number) => {
          const name = fmt.periodShort(value, period);
          const strong = value === selected ? "on" : "name";
          if (compact) return `{${strong}|${name}}`;
          return `{${strong}|${name}}  {size|${fmt.numberShort(cohorts[index]?.size ?? 0)}}`;
        },
        rich: {
          name: { color: palette.ink, fontSize: compact ? 11 : 12 },
          on: { color: palette.accent, fontSize: compact ? 11 : 12, fontWeight: 700 },
          size: { color: palette.muted, fontSize: 11, width: 40, align: "right" },
        },
      },
    },
    series: [
      {
        type: "custom",
        encode: { x: 0, y: 1 },
        data,
        renderItem: (_: unknown, api: CustomApi) => {
          const [age, row, value, incomplete] = [0, 1, 2, 3].map((i) => api.value(i)) as [
            number,
            number,
            number,
            number,
          ];
          const [x, y] = api.coord([age, row]);
          const [w, h] = api.size([1, 1]);
          const gap = w > 16 ? 1 : 0.5;
          const first = metric === "rate" && age === 0;
          const dim = selected !== "" && cohorts[row]?.cohort !== selected;
          const full = first ? palette.quieter : sequentialAt(palette, 0.04 + (0.96 * value) / end);
          const fill = dim ? mix(full, palette.surface, 0.45) : full;
          const box = {
            x: x - w / 2 + gap,
            y: y - h / 2 + gap,
            width: w - 2 * gap,
            height: h - 2 * gap,
            r: w > 20 ? 2 : 0,
          };
          const children: unknown[] = [{ type: "rect", shape: box, style: { fill } }];
          if (incomplete) children.push(...strokes(box, mix(fill, textOn(fill), 0.28)));
          if (showText) {
            children.push({
              type: "text",
              style: {
                x,
                y: y + 0.5,
                text: cellText(value, metric, context, tight),
                align: "center",
                verticalAlign: "middle",
                fill: textOn(fill),
                font,
              },
            });
          }
          return { type: "group", children };
        },
      },
    ],
  };
}

/** Slanted strokes along the lower edge of a cell that is not finished; its text stays clear. */
function strokes(box: { x: number; y: number; width: number; height: number }, colour: string) {
  const height = Math.min(5, box.height / 3);
  const bottom = box.y + box.height;
  const step = 4;
  const count = Math.floor((box.width - height) / step);
  return Array.from({ length: Math.max(0, count + 1) }, (_, i) => {
    const x = box.x + i * step;
    return {
      type: "line",
      silent: true,
      shape: { x1: x, y1: bottom, x2: x + height, y2: bottom - height },
      style: { stroke: colour, lineWidth: 1 },
    };
  });
}

/** The mean over cohorts that count once each, with its interval where there is more than one. */
export function unweighted(point: MeanCurvePoint, fmt: Formatter): string {
  const mean = fmt.percent(point.unweighted_rate, 1);
  const { unweighted_low: low, unweighted_high: high } = point;
  if (low === null || high === null) return mean;
  return `${mean} (${fmt.percent(low, 1)} – ${fmt.percent(high, 1)})`;
}

export function meanCurveChart(
  curve: MeanCurvePoint[],
  own: { name: string; points: { age: number; rate: number }[] } | null,
  context: ChartContext,
): Option {
  const { fmt, t, palette } = context;
  // The first point is 100 % by definition and would flatten all the others.
  const shown = curve.filter((point) => point.age > 0);
  const first = shown[0]?.age ?? 1;
  const ages = shown.map((point) => String(point.age));
  const ownRates = own
    ? shown.map((point) => own.points.find((p) => p.age === point.age)?.rate ?? null)
    : null;
  return {
    ...base(context),
    grid: { left: 4, right: 14, top: 12, bottom: 22, containLabel: true },
    tooltip: {
      ...tooltip(context, "axis"),
      formatter: (items: { dataIndex: number }[]) => {
        const point = shown[items[0]?.dataIndex ?? 0];
        if (!point) return "";
        const rows: [string, string][] = [
          [t("cohorts.weighted"), fmt.percent(point.weighted_rate, 1)],
          [t("cohorts.interval"), `${fmt.percent(point.low, 1)} – ${fmt.percent(point.high, 1)}`],
          [t("cohorts.unweighted"), unweighted(point, fmt)],
          [t("cohorts.count"), fmt.number(point.cohorts)],
        ];
        const mine = own?.points.find((p) => p.age === point.age);
        if (own && mine) rows.unshift([own.name, fmt.percent(mine.rate, 1)]);
        return lines(t("cohorts.atAge", { age: point.age }), rows);
      },
    },
    xAxis: {
      ...categoryAxis(context, ages),
      boundaryGap: false,
      ...axisTitle(context, t("cohorts.ageAxis"), 24),
    },
    yAxis: valueAxis(context, (value) => fmt.percent(value)),
    series: [
      {
        type: "custom",
        silent: true,
        encode: { x: 0, y: [1, 2] },
        data: shown
          .filter((point) => point.low !== null && point.high !== null)
          .map((point) => [point.age - first, point.low, point.high]),
        tooltip: { show: false },
        renderItem: bandItem(
          shown.map((point) => [point.age - first, point.low ?? 0, point.high ?? 0]),
          palette.accent,
        ),
      },
      {
        type: "line",
        data: shown.map((point) => point.weighted_rate),
        symbol: shown.length > 20 ? "none" : "circle",
        symbolSize: 5,
        itemStyle: { color: palette.accent },
        lineStyle: { color: palette.accent, width: 2.5 },
        emphasis: { disabled: true },
      },
      {
        type: "line",
        data: shown.map((point) => point.unweighted_rate),
        symbol: "none",
        itemStyle: { color: palette.muted },
        lineStyle: { color: palette.muted, width: 1.25, type: [5, 4] },
        emphasis: { disabled: true },
      },
      ...(own && ownRates
        ? [
            {
              type: "line",
              data: ownRates,
              symbol: "circle",
              symbolSize: 6,
              itemStyle: { color: palette.categorical[5] },
              lineStyle: { color: palette.categorical[5], width: 2.5 },
              emphasis: { disabled: true },
            },
          ]
        : []),
    ],
  };
}

/** A band between two curves, drawn once as one polygon by the first item. */
export function bandItem(points: [number, number, number][], colour: string) {
  return (item: { dataIndex: number }, api: CustomApi) => {
    if (item.dataIndex !== 0) return null;
    const upper = points.map(([x, , high]) => api.coord([x, high]));
    const lower = points.map(([x, low]) => api.coord([x, low])).reverse();
    return {
      type: "polygon",
      silent: true,
      shape: { points: [...upper, ...lower] },
      style: { fill: colour, opacity: 0.15 },
    };
  };
}

export function cumulativeChart(
  cohorts: Cohort[],
  curve: MeanCurvePoint[],
  period: Granularity,
  selected: string,
  context: ChartContext,
): Option {
  const { fmt, t, palette } = context;
  const pointsOf = (cohort: Cohort) =>
    cohort.periods
      .filter((cell) => cell.cumulative_revenue !== null && !cell.incomplete)
      .map((cell) => [cell.age, cellValue(cell, cohort.size, "cumulative")]);
  return {
    ...base(context),
    grid: { left: 4, right: 86, top: 12, bottom: 22, containLabel: true },
    tooltip: {
      ...tooltip(context),
      formatter: (item: { seriesName: string; value: [number, number] }) =>
        lines(item.seriesName, [
          [t("cohorts.atAge", { age: item.value[0] }), fmt.money(item.value[1])],
        ]),
    },
    xAxis: {
      ...valueAxis(context, (value) => fmt.number(value)),
      splitLine: { show: false },
      minInterval: 1,
      max: Math.max(1, ...cohorts.map((cohort) => pointsOf(cohort).length - 1)),
      axisLine: { show: true, lineStyle: { color: palette.faint } },
      ...axisTitle(context, t("cohorts.ageAxis"), 24),
    },
    yAxis: valueAxis(context, (value) => fmt.moneyShort(value)),
    series: [
      ...cohorts.map((cohort) => {
        const on = cohort.cohort === selected;
        const colour = on ? palette.categorical[5] : palette.quiet;
        return {
          type: "line",
          name: fmt.period(cohort.cohort, period),
          data: pointsOf(cohort),
          symbol: "circle",
          symbolSize: on ? 6 : 3,
          z: on ? 4 : 2,
          triggerLineEvent: true,
          itemStyle: { color: colour },
          lineStyle: { color: colour, width: on ? 2.5 : 1 },
          labelLayout: { moveOverlap: "shiftY" },
          endLabel: { show: on, formatter: "{a}", color: palette.ink, fontSize: 12 },
          emphasis: {
            focus: "none",
            lineStyle: { width: 2.5, color: palette.ink },
            itemStyle: { color: palette.ink },
            endLabel: { show: true },
          },
        };
      }),
      {
        type: "line",
        name: t("cohorts.weighted"),
        data: curve
          .filter((point) => point.weighted_cumulative_arpu !== null)
          .map((point) => [point.age, point.weighted_cumulative_arpu]),
        symbol: "none",
        z: 3,
        itemStyle: { color: palette.accent },
        lineStyle: { color: palette.accent, width: 3 },
        labelLayout: { moveOverlap: "shiftY" },
        endLabel: {
          show: true,
          formatter: (item: { value: [number, number] }) =>
            `${t("cohorts.mean")} ${fmt.moneyShort(item.value[1])}`,
          color: palette.accent,
          fontSize: 12,
          fontWeight: 600,
        },
        emphasis: { disabled: true },
      },
    ],
  };
}
