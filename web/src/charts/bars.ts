/** Bars that several pages draw: named ones with their figures, and seen against expected. */
import {
  axisTitle,
  base,
  categoryAxis,
  lines,
  nameAxis,
  tooltip,
  upTo,
  valueAxis,
  type CustomApi,
} from "./base";
import type { ChartContext, Option } from "./context";
import { upright } from "./marks";

export interface Bar {
  label: string;
  value: number;
  /** The figure behind the bar. */
  text: string;
  colour: string;
  tip: string;
  /** Further parts of the item, which clicks and the shared highlight read. */
  item?: object;
}

/** Bars from zero below each other, each with its figure; `room` is what the figures need. */
export function namedBars(
  rows: Bar[],
  context: ChartContext,
  { room = 72 }: { room?: number } = {},
): Option {
  return {
    ...base(context),
    grid: { left: 4, right: room, top: 2, bottom: 2, containLabel: true },
    tooltip: {
      ...tooltip(context),
      formatter: (item: { dataIndex: number }) => rows[item.dataIndex]?.tip ?? "",
    },
    xAxis: { type: "value", show: false, min: Math.min(0, ...rows.map((row) => row.value)) },
    yAxis: nameAxis(
      context,
      rows.map((row) => row.label),
    ),
    series: [
      {
        type: "bar",
        barCategoryGap: "32%",
        barMaxWidth: 30,
        data: rows.map((row) => ({
          value: row.value,
          ...row.item,
          itemStyle: { color: row.colour },
        })),
        label: {
          show: true,
          position: "right",
          color: context.palette.ink,
          fontSize: 12,
          formatter: (item: { dataIndex: number }) => rows[item.dataIndex]?.text ?? "",
        },
        emphasis: { disabled: true },
      },
    ],
  };
}

/** One expectation of every bar; it shall lie on its top. */
export interface Expected {
  values: number[];
  colour: string;
  /** The one to beat: drawn behind, thinner and broken. */
  baseline?: boolean;
}

/** Bars are what was seen, with whiskers where there are intervals; marks are what was expected. */
export function seenAndExpected(
  {
    labels,
    axis,
    seen,
    intervals = [],
    expected,
    text,
    tip,
  }: {
    labels: string[];
    /** What the bars are counted by. */
    axis: string;
    seen: number[];
    intervals?: ([low: number, high: number] | null)[];
    expected: Expected[];
    text: (value: number) => string;
    tip: (at: number) => [title: string, rows: [string, string][]];
  },
  context: ChartContext,
): Option {
  const { palette } = context;
  const tops = intervals.flatMap((one) => (one ? [one[1]] : []));
  return {
    ...base(context),
    grid: { left: 4, right: 8, top: 12, bottom: 22, containLabel: true },
    tooltip: {
      ...tooltip(context, "axis"),
      formatter: (items: { dataIndex: number }[]) => {
        const at = items[0]?.dataIndex ?? 0;
        return at < seen.length ? lines(...tip(at)) : "";
      },
    },
    xAxis: { ...categoryAxis(context, labels), ...axisTitle(context, axis) },
    // The library knows nothing of the ends of whiskers.
    yAxis:
      tops.length > 0
        ? upTo(
            Math.max(...seen, ...tops, ...expected.flatMap((one) => one.values)),
            valueAxis(context, text),
          )
        : valueAxis(context, text),
    series: [
      {
        type: "bar",
        barCategoryGap: "35%",
        data: seen,
        itemStyle: { color: palette.quiet },
        emphasis: { disabled: true },
      },
      {
        type: "custom",
        silent: true,
        z: 3,
        encode: { x: 0, y: 1 },
        tooltip: { show: false },
        data: intervals.flatMap((one, at) => (one ? [[at, one[1]]] : [])),
        renderItem: (_: unknown, api: CustomApi) => {
          const at = api.value(0);
          const ends = intervals[at];
          return ends ? { type: "group", children: upright(api, at, ends, palette.ink, 0) } : null;
        },
      },
      ...expected.map(({ values, colour, baseline = false }) => ({
        type: "line",
        z: baseline ? 3 : 4,
        data: values,
        symbol: baseline ? "diamond" : "circle",
        symbolSize: 9,
        itemStyle: { color: colour, borderColor: palette.surface, borderWidth: 1.5 },
        lineStyle: { color: colour, width: baseline ? 1.25 : 2, type: baseline ? [4, 4] : "solid" },
        emphasis: { disabled: true },
      })),
    ],
  };
}
