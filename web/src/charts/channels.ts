/** The chart of the channels page: what a customer costs against what they are worth. */
import { mix } from "$/theme/contrast";
import {
  axisTitle,
  base,
  endingAt,
  FONT,
  lines,
  tooltip,
  upTo,
  valueAxis,
  type CustomApi,
} from "./base";
import type { ChartContext, Option } from "./context";
import { textWidth } from "./text";

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
 * Where the labels of points stand so that none covers another label or a point: above or below its
 * point to one side, or beside it, and where all are taken, the first that is free further down.
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
    // Beside the point its own whisker would run through the words.
    const candidates = [
      at(GAP - 2, -GAP, "left"),
      at(GAP - 2, GAP, "left"),
      at(2 - GAP, -GAP, "right"),
      at(2 - GAP, GAP, "right"),
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

/** Cost against worth, with lines where a customer is worth what they cost, and three times that. */
export function costChart(points: CostPoint[], context: ChartContext): Option {
  const { palette, fmt, t, compact } = context;
  const mostCost = 1.18 * Math.max(...points.map((p) => p.cacHigh ?? p.cac), 1e-9);
  const worth = upTo(
    1.02 * Math.max(...points.map((p) => p.ltvHigh ?? p.ltv), 1e-9),
    valueAxis(context, (value) => fmt.moneyShort(value)),
  );
  const mostWorth = worth.max;
  const stroke = mix(palette.ink, palette.surface, 0.6);
  // A cost of 0 stands on the axis; the points get some room beside it.
  const from = -0.05 * mostCost;
  const guides = [1, 3].filter((times) => times * mostCost > 0.04 * mostWorth);
  return {
    ...base(context),
    grid: {
      left: compact ? 8 : 26,
      right: 12,
      top: 12,
      bottom: compact ? 4 : 24,
      containLabel: true,
    },
    tooltip: {
      ...tooltip(context),
      formatter: (item: { dataIndex: number; seriesIndex: number }) => {
        const point = points[item.dataIndex];
        return point && item.seriesIndex === 1 ? lines(point.label, point.details) : "";
      },
    },
    xAxis: {
      ...endingAt(
        mostCost,
        valueAxis(context, (value) => (value < 0 ? "" : fmt.moneyShort(value))),
      ),
      ...axisTitle(context, compact ? "" : t("channels.axis.cac")),
      min: from,
      splitLine: { show: false },
    },
    yAxis: {
      ...worth,
      ...axisTitle(context, compact ? "" : t("channels.axis.ltv"), 54),
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
