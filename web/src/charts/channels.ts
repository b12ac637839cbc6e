/** Charts of the channels page: what a customer costs against what they are worth, and figures with their intervals. */
import { mix } from "$/theme/contrast";
import { base, categoryAxis, FONT, lines, tooltip, valueAxis, type CustomApi } from "./base";
import type { ChartContext, Option } from "./context";

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

const whisker = (
  api: CustomApi,
  [low, at, high]: [number, number, number],
  stroke: string,
  size = 5,
) => {
  const [left, y] = api.coord([low, at]);
  const [right] = api.coord([high, at]);
  const line = (x1: number, y1: number, x2: number, y2: number) => ({
    type: "line",
    shape: { x1, y1, x2, y2 },
    style: { stroke, lineWidth: 1.5 },
  });
  return [
    line(left, y, right, y),
    line(left, y - size, left, y + size),
    line(right, y - size, right, y + size),
  ];
};

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
    yAxis: names(rows, context),
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
              : whisker(api, [Math.max(0, row.low), item.dataIndex, high], stroke);
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

function names(rows: Figure[], context: ChartContext) {
  return {
    ...categoryAxis(
      context,
      rows.map((row) => row.label),
    ),
    inverse: true,
    axisLine: { show: false },
    axisLabel: {
      color: context.palette.ink,
      fontSize: 12,
      interval: 0,
      width: context.compact ? 96 : 136,
      overflow: "truncate" as const,
    },
  };
}

/** How many times as much: dots with whiskers on an axis of ratios, where twice and half are equally far from one. */
export function ratioDots(
  rows: (Figure & { found: boolean })[],
  text: (value: number) => string,
  context: ChartContext,
  axis = context.t("gateway.axis"),
): Option {
  const { palette } = context;
  const ends = rows.flatMap((row) => [row.low ?? row.value ?? 1, row.high ?? row.value ?? 1]);
  const away = (ratios: number[]) =>
    Math.max(
      1.3,
      ...ratios.filter((ratio) => ratio > 0).map((ratio) => Math.max(ratio, 1 / ratio)),
    );
  // Long intervals may leave the picture, what was measured may not.
  const wide = Math.max(
    Math.min(4, away(ends)),
    away(rows.flatMap((row) => (row.value === null ? [] : [row.value]))),
  );
  const place = (ratio: number) =>
    Math.log(Math.min(wide, Math.max(1 / wide, ratio > 0 ? ratio : 1 / wide)));
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
      ...valueAxis(context, (value) => text(Math.exp(value))),
      min: -Math.log(wide),
      max: Math.log(wide),
      interval: Math.log(wide) / (context.compact ? 1 : 2),
      name: context.compact ? "" : axis,
      nameLocation: "middle",
      nameGap: 24,
      nameTextStyle: { color: palette.muted, fontSize: 11 },
    },
    yAxis: names(rows, context),
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
              : whisker(api, [place(row.low), item.dataIndex, place(row.high)], colour, 4);
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

/** A channel by what a customer costs and is worth. */
export interface CostPoint {
  key: string;
  label: string;
  cac: number;
  cacLow: number | null;
  cacHigh: number | null;
  ltv: number;
  ltvLow: number | null;
  ltvHigh: number | null;
  /** It took no money. */
  free: boolean;
  details: [string, string][];
}

interface Placed {
  x: number;
  y: number;
  align: "left" | "right" | "center";
}

/**
 * Where the labels of points stand so that none covers another label or a point: beside, above or
 * below its point, and where all four are taken, the first that is free further down.
 */
export function placeLabels(
  points: { x: number; y: number; width: number }[],
  within: { left: number; right: number; top: number; bottom: number },
): Placed[] {
  const HEIGHT = 15;
  const GAP = 10;
  const boxes: [number, number, number, number][] = points.map(({ x, y }) => [
    x - 6,
    y - 6,
    x + 6,
    y + 6,
  ]);
  return points.map((point, own) => {
    const { x, y, width } = point;
    const at = (dx: number, dy: number, align: Placed["align"]): Placed => ({
      x: x + dx,
      y: y + dy,
      align,
    });
    const candidates = [
      at(GAP, 0, "left"),
      at(-GAP, 0, "right"),
      at(0, -GAP - 5, "center"),
      at(0, GAP + 5, "center"),
      ...[1, 2, 3, 4, 5, 6].flatMap((step) => [
        at(GAP, step * HEIGHT, "left"),
        at(GAP, -step * HEIGHT, "left"),
        at(-GAP, step * HEIGHT, "right"),
        at(-GAP, -step * HEIGHT, "right"),
      ]),
    ];
    const boxOf = (one: Placed): [number, number, number, number] => {
      const left =
        one.align === "left" ? one.x : one.align === "right" ? one.x - width : one.x - width / 2;
      return [left, one.y - HEIGHT / 2, left + width, one.y + HEIGHT / 2];
    };
    const free = (box: [number, number, number, number]) =>
      box[0] >= within.left &&
      box[2] <= within.right &&
      box[1] >= within.top &&
      box[3] <= within.bottom &&
      boxes.every(
        (other, index) =>
          index === own ||
          box[2] <= other[0] ||
          box[0] >= other[2] ||
          box[3] <= other[1] ||
          box[1] >= other[3],
      );
    const chosen =
      candidates.find((candidate) => free(boxOf(candidate))) ?? (candidates[0] as Placed);
    boxes.push(boxOf(chosen));
    return chosen;
  });
}

/** Letters of Hangul are as wide as they are high; Latin ones about half of that. */
export const textWidth = (text: string) =>
  [...text].reduce((sum, letter) => sum + (letter > "\u1100" ? 12 : 6.8), 0);

/** Cost against worth, with lines where a customer is worth what they cost, and three times that. */
export function costChart(points: CostPoint[], context: ChartContext): Option {
  const { palette, fmt, t, compact } = context;
  const mostCost = 1.18 * Math.max(...points.map((p) => p.cacHigh ?? p.cac), 1e-9);
  const mostWorth = 1.12 * Math.max(...points.map((p) => p.ltvHigh ?? p.ltv), 1e-9);
  const stroke = mix(palette.ink, palette.surface, 0.6);
  // A cost of 0 stands on the axis; the points get some room beside it.
  const from = -0.05 * mostCost;
  const axis = (name: string) => ({
    name: compact ? "" : name,
    nameLocation: "middle" as const,
    nameTextStyle: { color: palette.muted, fontSize: 11 },
  });
  const guides = [1, 3].filter((times) => times * mostCost > 0.04 * mostWorth);
  return {
    ...base(context),
    grid: { left: 8, right: 12, top: 12, bottom: compact ? 4 : 24, containLabel: true },
    tooltip: {
      ...tooltip(context),
      formatter: (item: { dataIndex: number; seriesIndex: number }) => {
        const point = points[item.dataIndex];
        return point && item.seriesIndex === 1 ? lines(point.label, point.details) : "";
      },
    },
    xAxis: {
      ...valueAxis(context, (value) => (value < 0 ? "" : fmt.moneyShort(value))),
      ...axis(t("channels.axis.cac")),
      nameGap: 26,
      min: from,
      max: mostCost,
      splitLine: { show: false },
    },
    yAxis: {
      ...valueAxis(context, (value) => fmt.moneyShort(value)),
      ...axis(t("channels.axis.ltv")),
      nameGap: 54,
      max: mostWorth,
    },
    series: [
      {
        type: "custom",
        silent: true,
        tooltip: { show: false },
        encode: { x: 0, y: 1 },
        data: guides.map((times) => {
          const cost = Math.min(mostCost, mostWorth / times);
          return [cost, cost * times];
        }),
        renderItem: (item: { dataIndex: number }, api: CustomApi) => {
          const times = guides[item.dataIndex] ?? 1;
          const [x2, y2] = api.coord([api.value(0), api.value(1)]);
          const [x1, y1] = api.coord([0, 0]);
          return {
            type: "group",
            children: [
              {
                type: "line",
                shape: { x1, y1, x2, y2 },
                style: { stroke: palette.faint, lineWidth: 1, lineDash: [4, 3] },
              },
              {
                type: "text",
                style: {
                  x: x2 - 4,
                  y: y2 - 4,
                  text: t("channels.guide", { n: times }),
                  align: "right",
                  verticalAlign: "bottom",
                  fill: palette.muted,
                  font: `11px ${FONT}`,
                },
              },
            ],
          };
        },
      },
      {
        type: "custom",
        encode: { x: 0, y: 1 },
        data: points.map((point) => [point.cac, point.ltv]),
        renderItem: (item: { dataIndex: number }, api: CustomApi) => {
          const point = points[item.dataIndex];
          if (!point) return null;
          const placed = placeLabels(
            points.map((one) => {
              const [x, y] = api.coord([one.cac, one.ltv]);
              return { x, y, width: textWidth(one.label) };
            }),
            { left: 30, right: context.width - 6, top: 4, bottom: context.height - 24 },
          )[item.dataIndex];
          const [x, y] = api.coord([point.cac, point.ltv]);
          const bar = (a: [number, number], b: [number, number]) => {
            const [x1, y1] = api.coord(a);
            const [x2, y2] = api.coord(b);
            return {
              type: "line",
              shape: { x1, y1, x2, y2 },
              style: { stroke, lineWidth: 1.25 },
            };
          };
          return {
            type: "group",
            children: [
              ...(point.cacLow === null || point.cacHigh === null
                ? []
                : [bar([point.cacLow, point.ltv], [point.cacHigh, point.ltv])]),
              ...(point.ltvLow === null || point.ltvHigh === null
                ? []
                : [bar([point.cac, point.ltvLow], [point.cac, point.ltvHigh])]),
              {
                type: "circle",
                shape: { cx: x, cy: y, r: 6 },
                style: {
                  fill: point.free ? palette.surface : palette.accent,
                  stroke: palette.accent,
                  lineWidth: 1.5,
                },
              },
              {
                type: "text",
                style: {
                  x: placed?.x ?? x,
                  y: placed?.y ?? y,
                  text: point.label,
                  align: placed?.align ?? "left",
                  verticalAlign: "middle",
                  fill: palette.ink,
                  // A line of another point may run below the words.
                  stroke: palette.surface,
                  lineWidth: 3,
                  font: `600 12px ${FONT}`,
                },
              },
            ],
          };
        },
      },
    ],
  };
}
