/** Figures of named things with their intervals: bars from zero, and ratios around one. */
import { mix } from "$/theme/contrast";
import { axisTitle, base, FONT, lines, nameAxis, tooltip, valueAxis, type CustomApi } from "./base";
import type { ChartContext, Option } from "./context";
import { whisker } from "./marks";

/** A figure of a named thing; low and high end of its interval where there is one. */
export interface Figure {
  key: string;
  label: string;
  value: number | null;
  low: number | null;
  high: number | null;
  /** Written instead of the figure where there is none: "no spend". */
  without?: string;
  /** Not the message: drawn in grey. */
  quiet?: boolean;
  /** Further rows of the tooltip. */
  details?: [string, string][];
}

export const figuresHeight = (rows: number) => 16 + 34 * Math.max(2, rows);

/** Bars from zero with whiskers; the figure stands behind the whisker, so that nothing is struck through. */
export function figureBars(
  rows: Figure[],
  text: (value: number) => string,
  context: ChartContext,
): Option {
  const { palette } = context;
  const stroke = mix(palette.ink, palette.surface, 0.15);
  return {
    ...base(context),
    grid: { left: 4, right: 82, top: 2, bottom: 2, containLabel: true },
    tooltip: {
      ...tooltip(context),
      formatter: (item: { dataIndex: number }) => {
        const row = rows[item.dataIndex];
        return row ? lines(row.label, tooltipRows(row, text, context)) : "";
      },
    },
    // A whisker that is many times as long as the bars would leave nothing of them.
    xAxis: { type: "value", show: false, min: 0, max: end(rows) },
    yAxis: nameAxis(
      context,
      rows.map((row) => row.label),
    ),
    series: [
      {
        type: "bar",
        barCategoryGap: "36%",
        barMaxWidth: 24,
        data: rows.map((row) => ({
          value: row.value ?? 0,
          itemStyle: { color: row.quiet ? palette.quiet : palette.accent },
        })),
        emphasis: { disabled: true },
      },
      {
        type: "custom",
        silent: true,
        encode: { x: 0, y: 1 },
        data: rows.map((row, at) => [row.value ?? 0, at]),
        tooltip: { show: false },
        renderItem: (item: { dataIndex: number }, api: CustomApi) => {
          const row = rows[item.dataIndex];
          if (!row) return null;
          const most = end(rows);
          const high = Math.min(row.high ?? row.value ?? 0, most);
          const [x, y] = api.coord([Math.max(high, row.value ?? 0), item.dataIndex]);
          const ends =
            row.low === null || row.high === null || row.value === null
              ? []
              : whisker(api, item.dataIndex, [Math.max(0, row.low), high], stroke);
          return {
            type: "group",
            children: [
              ...ends,
              {
                type: "text",
                style: {
                  x: x + 7,
                  y: y + 0.5,
                  text: row.value === null ? (row.without ?? "–") : text(row.value),
                  verticalAlign: "middle",
                  fill: row.value === null ? palette.muted : palette.ink,
                  font: `500 12px ${FONT}`,
                },
              },
            ],
          };
        },
      },
    ],
  };
}

function end(rows: Figure[]): number {
  const values = rows.map((row) => row.value ?? 0);
  const highs = rows.map((row) => row.high ?? row.value ?? 0);
  return Math.min(Math.max(...highs, 1e-9), 2.5 * Math.max(...values, 1e-9));
}

function tooltipRows(
  row: Figure,
  text: (value: number) => string,
  { t }: ChartContext,
): [string, string][] {
  const own: [string, string][] =
    row.value === null ? [["", row.without ?? "–"]] : [["", text(row.value)]];
  if (row.low !== null && row.high !== null) {
    own.push([t("channels.interval"), `${text(row.low)} – ${text(row.high)}`]);
  }
  return [...own, ...(row.details ?? [])];
}

/** Round ratios, from close to far apart: the closest of them that leave room for their words are an axis. */
const ROUND_RATIOS = [
  [0.8, 0.9, 1, 1.1, 1.2],
  [0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.2, 1.4, 1.6, 1.8, 2],
  [0.5, 0.75, 1, 1.25, 1.5, 2],
  [0.125, 0.25, 0.5, 1, 2, 4, 8],
  [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100],
  [0.001, 0.01, 0.1, 1, 10, 100, 1000],
];

/** The ratios that stand on an axis from `low` to `high`, at most `most` of them; one is always among them. */
export function ratioTicks(low: number, high: number, most: number): number[] {
  // Ends may be a little beyond the last of them.
  const covers = (ratios: number[]) =>
    (ratios[0] ?? 1) <= 1.2 * low && 1.2 * (ratios.at(-1) ?? 1) >= high;
  const within = ROUND_RATIOS.filter(covers)
    .map((ratios) => ratios.filter((ratio) => ratio >= low && ratio <= high))
    .find((ratios) => ratios.length <= most && ratios.length > 1);
  return within ?? [1];
}

/** How many times as much: dots with whiskers on an axis of ratios, where twice and half are equally far from one. */
export function ratioDots(
  rows: (Figure & { found: boolean })[],
  text: (value: number) => string,
  context: ChartContext,
  axis = context.t("gateway.axis"),
): Option {
  const { palette } = context;
  // Long intervals may leave the picture, what was measured may not.
  const values = rows.flatMap((row) => (row.value !== null && row.value > 0 ? [row.value] : []));
  const highs = rows.map((row) => row.high ?? row.value ?? 1);
  const lows = rows.map((row) => row.low ?? row.value ?? 1);
  const highest = 1.03 * Math.max(1.15, ...values, Math.min(4, Math.max(...highs)));
  const lowest = Math.min(1 / 1.15, ...values, Math.max(0.25, Math.min(...lows))) / 1.03;
  const place = (ratio: number) => Math.log(Math.min(highest, Math.max(lowest, ratio)));
  const ticks = ratioTicks(lowest, highest, context.compact ? 4 : 8).map(Math.log);
  const tickText = (value: number) =>
    context.t("channels.times", { n: context.fmt.number(Math.exp(value), 3) });
  const quietStroke = mix(palette.ink, palette.surface, 0.55);
  return {
    ...base(context),
    grid: { left: 4, right: 56, top: 4, bottom: 24, containLabel: true },
    tooltip: {
      ...tooltip(context),
      formatter: (item: { dataIndex: number }) => {
        const row = rows[item.dataIndex];
        return row ? lines(row.label, tooltipRows(row, text, context)) : "";
      },
    },
    xAxis: {
      ...valueAxis(context, tickText),
      min: Math.log(lowest),
      max: Math.log(highest),
      axisTick: { show: false, customValues: ticks },
      axisLabel: {
        customValues: ticks,
        hideOverlap: true,
        color: palette.muted,
        fontSize: 11,
        formatter: tickText,
      },
      ...axisTitle(context, context.compact ? "" : axis, 24),
    },
    yAxis: nameAxis(
      context,
      rows.map((row) => row.label),
    ),
    series: [
      {
        type: "custom",
        encode: { x: 0, y: 1 },
        data: rows.map((row, at) => [place(row.value ?? 1), at]),
        renderItem: (item: { dataIndex: number }, api: CustomApi) => {
          const row = rows[item.dataIndex];
          if (!row || row.value === null) return null;
          const [x, y] = api.coord([place(row.value), item.dataIndex]);
          const [one] = api.coord([0, item.dataIndex]);
          const [, height] = api.size([0, 1]);
          const colour = row.found ? palette.accent : quietStroke;
          const ends =
            row.low === null || row.high === null
              ? []
              : whisker(api, item.dataIndex, [place(row.low), place(row.high)], colour, 4);
          const [right] = api.coord([place(row.high ?? row.value), item.dataIndex]);
          return {
            type: "group",
            children: [
              {
                type: "line",
                shape: { x1: one, y1: y - height / 2, x2: one, y2: y + height / 2 },
                style: { stroke: palette.faint, lineWidth: 1 },
              },
              ...ends,
              { type: "circle", shape: { cx: x, cy: y, r: 5 }, style: { fill: colour } },
              {
                type: "text",
                style: {
                  x: Math.max(right, x) + 9,
                  y: y + 0.5,
                  text: text(row.value),
                  verticalAlign: "middle",
                  fill: row.found ? palette.ink : palette.muted,
                  font: `${row.found ? 600 : 400} 12px ${FONT}`,
                },
              },
            ],
          };
        },
      },
    ],
  };
}
