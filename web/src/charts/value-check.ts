/** Charts that hold the value model against what happened: week by week, by repeats, by model. */
import type { ModelCheck, RepeatsRow, RevenueCheck, TrackingPoint } from "$/api";
import { namedBars, seenAndExpected, type Bar } from "./bars";
import { base, categoryAxis, lines, tooltip, valueAxis, type CustomApi } from "./base";
import type { ChartContext, Option } from "./context";

export const trackings = ["cumulative", "weekly"] as const;
type Tracking = (typeof trackings)[number];

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

/** The model and the baseline against what happened, by how often customers had bought before. */
export function calibrationChart(rows: RepeatsRow[], model: string, context: ChartContext): Option {
  const { fmt, t, palette } = context;
  return seenAndExpected(
    {
      labels: rows.map((row) => repeatsText(row, context)),
      axis: t("check.repeatsAxis"),
      seen: rows.map((row) => row.actual),
      expected: [
        {
          values: rows.map((row) => row.same_as_before),
          colour: palette.categorical[5] ?? palette.muted,
          baseline: true,
        },
        { values: rows.map((row) => row.expected), colour: palette.accent },
      ],
      text: (value) => fmt.number(value, 1),
      tip: (at) => {
        const row = rows[at] as RepeatsRow;
        return [
          t("check.repeatsBefore", { n: repeatsText(row, context) }),
          [
            [t("term.customers"), fmt.number(row.customers)],
            [t("check.actual"), fmt.number(row.actual, 2)],
            [t("check.expectedBy", { model }), fmt.number(row.expected, 2)],
            [t("check.model.same_as_before"), fmt.number(row.same_as_before, 2)],
          ],
        ];
      },
    },
    context,
  );
}

/** The mean error of a customer's purchases, the best first; a baseline has to be beaten. */
export function modelErrorChart(
  models: ModelCheck[],
  nameOf: (model: ModelCheck) => string,
  context: ChartContext,
): Option {
  const { fmt, t, palette } = context;
  const sorted = [...models].sort((a, b) => a.root_mean_squared_error - b.root_mean_squared_error);
  return namedBars(
    sorted.map((model) => ({
      label: nameOf(model),
      value: model.root_mean_squared_error,
      text: fmt.number(model.root_mean_squared_error, 3),
      colour: model.chosen ? palette.accent : model.baseline ? palette.quieter : palette.quiet,
      tip: lines(nameOf(model), [
        [t("check.rmse"), fmt.number(model.root_mean_squared_error, 3)],
        [t("check.mae"), fmt.number(model.mean_absolute_error, 3)],
        [t("check.total"), fmt.number(model.expected_purchases)],
      ]),
    })),
    context,
    { room: 48 },
  );
}

export function revenueChart(revenue: RevenueCheck, context: ChartContext): Option {
  const { fmt, t, palette } = context;
  const bar = (label: string, value: number, colour: string): Bar => ({
    label,
    value,
    text: fmt.moneyShort(value),
    colour,
    tip: lines(t("check.revenue"), [[label, fmt.money(value, true)]]),
  });
  return namedBars(
    [
      bar(t("check.actual"), revenue.actual, palette.quiet),
      bar(t("check.expected"), revenue.expected, palette.accent),
    ],
    context,
  );
}
