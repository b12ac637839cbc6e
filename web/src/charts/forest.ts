/** Estimates with their intervals below each other, on a line that stands for "no difference". */
import { mix } from "$/theme/contrast";
import { base, lines, nameAxis, tooltip, type CustomApi } from "./base";
import type { ChartContext, Option } from "./context";

export interface Estimate {
  label: string;
  /** What is compared with, in the tooltip. */
  detail: string;
  value: number;
  low: number | null;
  high: number | null;
}

/** A ratio beyond this, or its inverse, is only pointed at: one that the data hardly determine would squeeze the others. */
const FARTHEST = 16;

/** `none` is the value of no difference; a ratio is drawn on a logarithmic axis. */
export function forestChart(
  rows: Estimate[],
  { none, ratio, text }: { none: number; ratio: boolean; text: (value: number) => string },
  context: ChartContext,
): Option {
  const { palette } = context;
  const within = (value: number) =>
    ratio ? Math.min(FARTHEST, Math.max(1 / FARTHEST, value)) : value;
  const ends = rows.flatMap((row) => [row.low ?? row.value, row.high ?? row.value]);
  return {
    ...base(context),
    grid: { left: 4, right: 20, top: 6, bottom: 4, containLabel: true },
    tooltip: {
      ...tooltip(context),
      formatter: (item: { dataIndex: number }) => {
        const row = rows[item.dataIndex];
        if (!row) return "";
        const between =
          row.low === null || row.high === null ? "" : `${text(row.low)} – ${text(row.high)}`;
        return lines(row.label, [
          [row.detail, text(row.value)],
          ["90%", between],
        ]);
      },
    },
    xAxis: {
      type: ratio ? ("log" as const) : ("value" as const),
      logBase: 2,
      min: within(Math.min(none, ...ends)),
      max: within(Math.max(none, ...ends)),
      axisLine: { show: false },
      axisTick: { show: false },
      splitNumber: 4,
      // The ends of the axis are the ends of intervals: no round numbers, and close to the next ones.
      splitLine: { showMinLine: false, showMaxLine: false, lineStyle: { color: palette.line } },
      axisLabel: {
        color: palette.muted,
        hideOverlap: true,
        showMinLabel: false,
        showMaxLabel: false,
        formatter: (value: number) => text(value),
      },
    },
    yAxis: nameAxis(
      context,
      rows.map((row) => row.label),
      context.compact ? 110 : 190,
    ),
    series: [
      {
        type: "custom",
        encode: { x: [0, 2, 3], y: 1 },
        data: rows.map((row, at) => [
          within(row.value),
          at,
          within(row.low ?? row.value),
          within(row.high ?? row.value),
        ]),
        markLine: {
          silent: true,
          symbol: "none",
          label: { show: false },
          lineStyle: { color: palette.muted, type: "solid", width: 1 },
          data: [{ xAxis: none }],
        },
        renderItem: (_: unknown, api: CustomApi) => {
          const at = api.value(1);
          const [middle, y] = api.coord([api.value(0), at]);
          const [left] = api.coord([api.value(2), at]);
          const [right] = api.coord([api.value(3), at]);
          // An interval without "no difference" is what one may build on.
          const clear = api.value(2) > none || api.value(3) < none;
          const row = rows[at];
          const beyond = (value: number | null | undefined) =>
            value !== null && value !== undefined && within(value) !== value;
          /** Points on from where the line is cut off. */
          const arrow = (x: number, way: number) => ({
            type: "polygon",
            shape: {
              points: [
                [x + 3 * way, y],
                [x - 4 * way, y - 5],
                [x - 4 * way, y + 5],
              ],
            },
            style: { fill },
          });
          const fill = clear ? palette.accent : mix(palette.ink, palette.surface, 0.5);
          return {
            type: "group",
            children: [
              {
                type: "line",
                shape: { x1: left, y1: y, x2: right, y2: y },
                style: { stroke: fill, lineWidth: 2 },
              },
              ...(beyond(row?.low ?? row?.value) ? [arrow(left, -1)] : []),
              ...(beyond(row?.high ?? row?.value) ? [arrow(right, 1)] : []),
              ...(beyond(row?.value)
                ? []
                : [{ type: "circle", shape: { cx: middle, cy: y, r: 5 }, style: { fill } }]),
            ],
          };
        },
      },
    ],
  };
}
