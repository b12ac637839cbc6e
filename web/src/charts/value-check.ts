/** Charts that hold the value model against what happened: week by week, by repeats, by model. */
import type { ModelCheck, RepeatsRow, RevenueCheck, TrackingPoint } from "$/api";
import { base, categoryAxis, lines, tooltip, valueAxis, type CustomApi } from "./base";
import type { ChartContext, Option } from "./context";

export const trackings = ["cumulative", "weekly"] as const;
export type Tracking = (typeof trackings)[number];

/** Place of the line between the time fitted on and the time judged on. */
export function cutoffAt(points: TrackingPoint[]): number | null {
  const first = points.findIndex((point) => point.held_out);
  return first > 0 ? first - 0.5 : null;
}

export function trackingChart(
  points: TrackingPoint[],
  kind: Tracking,
  model: string,
  context: ChartContext,
): Option {
  const { fmt, t, palette } = context;
  const actual = (point: TrackingPoint) =>
    kind === "weekly" ? point.actual : point.cumulative_actual;
  const expected = (point: TrackingPoint) =>
    kind === "weekly" ? point.expected : point.cumulative_expected;
  const cut = cutoffAt(points);
  const line = (data: number[], colour: string, width: number, name: string, dash?: number[]) => ({
    type: "line",
    name,
    data,
    symbol: "none",
    itemStyle: { color: colour },
    lineStyle: { color: colour, width, type: dash ?? "solid" },
    emphasis: { disabled: true },
  });
  return {
    ...base(context),
    grid: { left: 4, right: 14, top: 26, bottom: 2, containLabel: true },
    tooltip: {
      ...tooltip(context, "axis"),
      formatter: (items: { dataIndex: number }[]) => {
        const point = points[items[0]?.dataIndex ?? 0];
        if (!point) return "";
        const title = `${t("check.weekUntil", { date: fmt.date(point.until) })} · ${
          point.held_out ? t("check.after") : t("check.before")
        }`;
        return lines(title, [
          [t("check.actual"), fmt.number(actual(point))],
          [t("check.expectedBy", { model }), fmt.number(expected(point))],
        ]);
      },
    },
    xAxis: {
      ...categoryAxis(
        context,
        points.map((point) => point.until),
      ),
      boundaryGap: false,
      axisLabel: {
        color: palette.muted,
        fontSize: 11,
        hideOverlap: true,
        interval: Math.max(0, Math.ceil(points.length / (context.compact ? 4 : 8)) - 1),
        formatter: (iso: string) => fmt.periodShort(iso, "month"),
      },
    },
    yAxis: valueAxis(context, (value) => fmt.numberShort(value)),
    series: [
      {
        type: "custom",
        silent: true,
        encode: { x: 0 },
        data: cut === null ? [] : [[cut]],
        tooltip: { show: false },
        z: 0,
        renderItem: (_: unknown, api: CustomApi) => {
          // A category axis has no place between two of its labels.
          const [before, bottom] = api.coord([Math.floor(cut ?? 0), 0]);
          const [after] = api.coord([Math.ceil(cut ?? 0), 0]);
          const [right] = api.coord([points.length - 1, 0]);
          const x = (before + after) / 2;
          const top = 26;
          const near = right - x < 130;
          return {
            type: "group",
            children: [
              {
                type: "rect",
                shape: { x, y: top, width: right - x, height: bottom - top },
                style: { fill: palette.sunken, opacity: 0.7 },
              },
              {
                type: "line",
                shape: { x1: x, y1: 10, x2: x, y2: bottom },
                style: { stroke: palette.muted, lineWidth: 1, lineDash: [3, 3] },
              },
              {
                type: "text",
                style: {
                  x: near ? x - 6 : x + 6,
                  y: 12,
                  text: near ? t("check.cutoff") : t("check.cutoffAfter"),
                  align: near ? "right" : "left",
                  verticalAlign: "middle",
                  fill: palette.muted,
                  font: `500 11px ${base(context).textStyle.fontFamily}`,
                },
              },
            ],
          };
        },
      },
      line(points.map(actual), palette.ink, 1.75, "actual"),
      line(
        points.map(expected),
        palette.accent,
        2.25,
        "expected",
        kind === "weekly" ? undefined : [6, 3],
      ),
    ],
  };
}

export function repeatsText(row: RepeatsRow, context: Pick<ChartContext, "fmt">): string {
  return `${context.fmt.number(row.repeats)}${row.or_more ? "+" : ""}`;
}

/** Bars are what happened; the model and the baseline are marks, which shall lie on their tops. */
export function calibrationChart(rows: RepeatsRow[], model: string, context: ChartContext): Option {
  const { fmt, t, palette } = context;
  const marks = (
    data: number[],
    colour: string,
    symbol: string,
    width: number,
    type: string | number[],
  ) => ({
    type: "line",
    data,
    symbol,
    symbolSize: 9,
    itemStyle: { color: colour, borderColor: palette.surface, borderWidth: 1.5 },
    lineStyle: { color: colour, width, type },
    emphasis: { disabled: true },
  });
  return {
    ...base(context),
    grid: { left: 4, right: 8, top: 12, bottom: 22, containLabel: true },
    tooltip: {
      ...tooltip(context, "axis"),
      formatter: (items: { dataIndex: number }[]) => {
        const row = rows[items[0]?.dataIndex ?? 0];
        if (!row) return "";
        return lines(t("check.repeatsBefore", { n: repeatsText(row, context) }), [
          [t("term.customers"), fmt.number(row.customers)],
          [t("check.actual"), fmt.number(row.actual, 2)],
          [t("check.expectedBy", { model }), fmt.number(row.expected, 2)],
          [t("check.model.same_as_before"), fmt.number(row.same_as_before, 2)],
        ]);
      },
    },
    xAxis: {
      ...categoryAxis(
        context,
        rows.map((row) => repeatsText(row, context)),
      ),
      name: t("check.repeatsAxis"),
      nameLocation: "middle",
      nameGap: 26,
      nameTextStyle: { color: palette.muted, fontSize: 11 },
    },
    yAxis: valueAxis(context, (value) => fmt.number(value, 1)),
    series: [
      {
        type: "bar",
        barCategoryGap: "35%",
        data: rows.map((row) => row.actual),
        itemStyle: { color: palette.quiet },
        emphasis: { disabled: true },
      },
      marks(
        rows.map((row) => row.same_as_before),
        palette.categorical[5] ?? palette.muted,
        "diamond",
        1.25,
        [4, 4],
      ),
      marks(
        rows.map((row) => row.expected),
        palette.accent,
        "circle",
        2,
        "solid",
      ),
    ],
  };
}

/** The mean error of a customer's purchases, the best first; a baseline has to be beaten. */
export function modelErrorChart(
  models: ModelCheck[],
  nameOf: (model: ModelCheck) => string,
  context: ChartContext,
): Option {
  const { fmt, t, palette } = context;
  const sorted = [...models].sort((a, b) => a.root_mean_squared_error - b.root_mean_squared_error);
  return {
    ...base(context),
    grid: { left: 4, right: 48, top: 2, bottom: 2, containLabel: true },
    tooltip: {
      ...tooltip(context),
      formatter: (item: { dataIndex: number }) => {
        const model = sorted[item.dataIndex];
        if (!model) return "";
        return lines(nameOf(model), [
          [t("check.rmse"), fmt.number(model.root_mean_squared_error, 3)],
          [t("check.mae"), fmt.number(model.mean_absolute_error, 3)],
          [t("check.total"), fmt.number(model.expected_purchases)],
        ]);
      },
    },
    xAxis: { type: "value", show: false, min: 0 },
    yAxis: {
      ...categoryAxis(context, sorted.map(nameOf)),
      inverse: true,
      axisLine: { show: false },
      axisLabel: {
        color: palette.ink,
        fontSize: 12,
        width: 130,
        overflow: "break",
        lineHeight: 15,
      },
    },
    series: [
      {
        type: "bar",
        barCategoryGap: "34%",
        data: sorted.map((model) => ({
          value: model.root_mean_squared_error,
          itemStyle: {
            color: model.chosen ? palette.accent : model.baseline ? palette.quieter : palette.quiet,
          },
        })),
        label: {
          show: true,
          position: "right",
          color: palette.ink,
          fontSize: 12,
          formatter: (item: { value: number }) => fmt.number(item.value, 3),
        },
        emphasis: { disabled: true },
      },
    ],
  };
}

export function revenueChart(revenue: RevenueCheck, context: ChartContext): Option {
  const { fmt, t, palette } = context;
  const bars = [
    [t("check.actual"), revenue.actual, palette.quiet],
    [t("check.expected"), revenue.expected, palette.accent],
  ] as const;
  return {
    ...base(context),
    grid: { left: 4, right: 72, top: 2, bottom: 2, containLabel: true },
    tooltip: {
      ...tooltip(context),
      formatter: (item: { dataIndex: number }) => {
        const bar = bars[item.dataIndex];
        return bar ? lines(t("check.revenue"), [[bar[0], fmt.money(bar[1], true)]]) : "";
      },
    },
    xAxis: { type: "value", show: false, min: 0 },
    yAxis: {
      ...categoryAxis(
        context,
        bars.map(([label]) => label),
      ),
      inverse: true,
      axisLine: { show: false },
      axisLabel: { color: palette.ink, fontSize: 12 },
    },
    series: [
      {
        type: "bar",
        barMaxWidth: 30,
        data: bars.map(([, value, color]) => ({ value, itemStyle: { color } })),
        label: {
          show: true,
          position: "right",
          color: palette.ink,
          fontSize: 12,
          formatter: (item: { value: number }) => fmt.moneyShort(item.value),
        },
        emphasis: { disabled: true },
      },
    ],
  };
}
