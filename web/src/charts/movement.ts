/** Charts of the movement page: who went where, how large the segments were, the way to the best one. */
import type { MovementFlow, ReachPoint } from "$/api";
import { mix, textOn } from "$/theme/contrast";
import { sequentialAt } from "$/theme/tokens";
import {
  axisTitle,
  base,
  categoryAxis,
  FONT,
  lines,
  tooltip,
  valueAxis,
  type CustomApi,
} from "./base";
import { bandItem } from "./cohorts";
import type { ChartContext, Option } from "./context";
import { wrapped } from "./text";

/** A state at one of the two dates: a segment, or one of those from which new customers come. */
export interface State {
  key: string;
  name: string;
  colour: string;
  customers: number;
}

export interface Flow extends MovementFlow {
  fromName: string;
  toName: string;
  directionName: string;
}

export const flowKey = (flow: { from: string; to: string }) => `${flow.from}:${flow.to}`;

function flowTooltip(flow: Flow, { t, fmt }: ChartContext): string {
  return lines(`${flow.fromName} → ${flow.toName}`, [
    [t("term.customers"), fmt.number(flow.customers)],
    [t("movement.rowShare"), fmt.percent(flow.row_share, 1)],
    [t("movement.direction"), flow.directionName],
    [t("movement.revenueBefore"), fmt.moneyShort(flow.revenue_before)],
    [t("movement.revenueBetween"), fmt.moneyShort(flow.revenue_between)],
  ]);
}

export function sankeyHeight(states: number, compact: boolean): number {
  return Math.max(260, states * (compact ? 40 : 44) + 30);
}

/** Bands from the segments of the earlier date (left) to those of the later one (right). */
export function sankeyChart(
  before: State[],
  after: State[],
  flows: Flow[],
  selected: string,
  context: ChartContext,
): Option {
  const { palette, fmt, compact } = context;
  const margin = compact ? 98 : Math.min(230, Math.round(context.width * 0.2));
  const node = (state: State, side: "from" | "to") => ({
    name: `${side}:${state.key}`,
    // Both columns keep the order of the scheme.
    depth: side === "from" ? 0 : 1,
    segment: state.key,
    itemStyle: { color: state.colour, borderWidth: 0 },
    label: {
      position: side === "from" ? "left" : "right",
      // One line, two at most on a phone: the smallest segments stand close to each other.
      formatter: compact
        ? wrapped(state.name, margin - 14)
        : side === "from"
          ? `{name|${state.name}}  {size|${fmt.number(state.customers)}}`
          : `{size|${fmt.number(state.customers)}}  {name|${state.name}}`,
      align: side === "from" ? "right" : "left",
      width: margin - 10,
      overflow: "truncate",
      color: palette.ink,
      fontFamily: FONT,
      fontSize: compact ? 11 : 12,
      lineHeight: compact ? 12 : 14,
      rich: {
        name: { color: palette.ink, fontSize: compact ? 11 : 12, fontFamily: FONT },
        size: { color: palette.muted, fontSize: 11, fontFamily: FONT },
      },
    },
  });
  const colourOf = new Map(before.map((state) => [state.key, state.colour]));
  return {
    ...base(context),
    tooltip: {
      ...tooltip(context),
      formatter: (item: { dataType: string; data: { flow?: string; name?: string } }) => {
        if (item.dataType === "edge") {
          const flow = flows.find((one) => flowKey(one) === item.data.flow);
          return flow ? flowTooltip(flow, context) : "";
        }
        const [side, ...key] = (item.data.name ?? "").split(":");
        const state = (side === "from" ? before : after).find((one) => one.key === key.join(":"));
        return state
          ? lines(state.name, [[context.t("term.customers"), fmt.number(state.customers)]])
          : "";
      },
    },
    series: [
      {
        type: "sankey",
        left: margin,
        right: margin,
        top: 8,
        bottom: 8,
        nodeWidth: compact ? 10 : 14,
        nodeGap: compact ? 26 : 14,
        // No iterations: the order of the scheme is easier to read than the fewest crossings.
        layoutIterations: 0,
        draggable: false,
        emphasis: { focus: "adjacency" },
        blur: { lineStyle: { opacity: 0.08 }, itemStyle: { opacity: 0.35 } },
        data: [
          ...before.map((state) => node(state, "from")),
          ...after.map((state) => node(state, "to")),
        ],
        links: flows.map((flow) => ({
          source: `from:${flow.from}`,
          target: `to:${flow.to}`,
          value: flow.customers,
          flow: flowKey(flow),
          lineStyle: {
            color: colourOf.get(flow.from) ?? palette.quiet,
            opacity: selected === "" ? 0.38 : flowKey(flow) === selected ? 0.8 : 0.14,
            curveness: 0.5,
          },
        })),
      },
    ],
  };
}

export function matrixHeight(rows: number, compact: boolean): number {
  return (compact ? 52 : 44) + rows * (compact ? 36 : 40);
}

/** Narrowest width in which every cell holds its figures. */
export const matrixMinWidth = (columns: number) => 130 + columns * 62;

/** Rows are the earlier date, columns the later one; the colour is the share of the row. */
export function matrixChart(
  before: State[],
  after: State[],
  flows: Flow[],
  selected: string,
  context: ChartContext,
): Option {
  const { palette, fmt, compact } = context;
  const left = compact ? 104 : 150;
  const cellWidth = (context.width - left) / Math.max(1, after.length);
  const place = new Map(flows.map((flow) => [flowKey(flow), flow]));
  const data = before.flatMap((row, y) =>
    after.map((column, x) => {
      const flow = place.get(flowKey({ from: row.key, to: column.key }));
      return { value: [x, y, flow?.row_share ?? 0], flow: flow ? flowKey(flow) : undefined };
    }),
  );
  const axisLabel = (width: number) => ({
    interval: 0,
    color: palette.ink,
    fontSize: 11,
    lineHeight: 13,
    hideOverlap: false,
    formatter: (name: string) => wrapped(name, width + 4),
  });
  return {
    ...base(context),
    grid: { left, right: 0, top: compact ? 50 : 42, bottom: 2 },
    tooltip: {
      ...tooltip(context),
      formatter: (item: { data: { flow?: string } }) => {
        const flow = item.data.flow === undefined ? undefined : place.get(item.data.flow);
        return flow ? flowTooltip(flow, context) : "";
      },
    },
    xAxis: {
      ...categoryAxis(
        context,
        after.map((state) => state.name),
      ),
      position: "top",
      axisLine: { show: false },
      axisLabel: axisLabel(cellWidth - 6),
    },
    yAxis: {
      ...categoryAxis(
        context,
        before.map((state) => state.name),
      ),
      inverse: true,
      axisLine: { show: false },
      axisLabel: { ...axisLabel(left - 12), margin: 8 },
    },
    series: [
      {
        type: "custom",
        encode: { x: 0, y: 1 },
        data,
        renderItem: (item: { dataIndex: number }, api: CustomApi) => {
          const [x, y, share] = [0, 1, 2].map((i) => api.value(i)) as [number, number, number];
          const key = data[item.dataIndex]?.flow;
          const flow = key === undefined ? undefined : place.get(key);
          const [centreX, centreY] = api.coord([x, y]);
          const [w, h] = api.size([1, 1]);
          const full = flow ? sequentialAt(palette, 0.06 + 0.94 * share) : palette.sunken;
          const fill = selected !== "" && key !== selected ? mix(full, palette.surface, 0.5) : full;
          const same = before[y]?.key === after[x]?.key;
          const children: unknown[] = [
            {
              type: "rect",
              shape: {
                x: centreX - w / 2 + 1,
                y: centreY - h / 2 + 1,
                width: w - 2,
                height: h - 2,
                r: 2,
              },
              style: { fill, stroke: same ? palette.ink : undefined, lineWidth: same ? 1.2 : 0 },
            },
          ];
          if (flow) {
            const text = (line: string, dy: number, weight: number, size: number) => ({
              type: "text",
              style: {
                x: centreX,
                y: centreY + dy,
                text: line,
                align: "center",
                verticalAlign: "middle",
                fill: textOn(fill),
                font: `${weight} ${size}px ${FONT}`,
              },
            });
            children.push(
              text(fmt.number(flow.customers), -7, 600, 12),
              text(fmt.percent(flow.row_share, flow.row_share < 0.1 ? 1 : 0), 8, 400, 11),
            );
          }
          return { type: "group", children };
        },
      },
    ],
  };
}

/** The sizes of one date. */
export interface SizesOn {
  on: string;
  label: string;
  total: number;
  /** Customers of each segment, in the order of the scheme. */
  customers: number[];
}

export const sizeMeasures = ["customers", "share"] as const;
type SizeMeasure = (typeof sizeMeasures)[number];

export function sizesChart(
  segments: { key: string; name: string; colour: string }[],
  dates: SizesOn[],
  measure: SizeMeasure,
  context: ChartContext,
): Option {
  const { fmt, palette } = context;
  const share = (date: SizesOn, at: number) => (date.customers[at] ?? 0) / Math.max(1, date.total);
  return {
    ...base(context),
    grid: { left: 4, right: 6, top: 10, bottom: 2, containLabel: true },
    tooltip: {
      ...tooltip(context, "axis"),
      formatter: (items: { dataIndex: number }[]) => {
        const date = dates[items[0]?.dataIndex ?? 0];
        if (!date) return "";
        return lines(`${fmt.date(date.on)} · ${fmt.number(date.total)}`, [
          ...segments.map((segment, at): [string, string] => [
            segment.name,
            `${fmt.number(date.customers[at] ?? 0)} · ${fmt.percent(share(date, at), 1)}`,
          ]),
        ]);
      },
    },
    xAxis: categoryAxis(
      context,
      dates.map((date) => date.label),
    ),
    yAxis: {
      ...valueAxis(context, (value) =>
        measure === "share" ? fmt.percent(value) : fmt.numberShort(value),
      ),
      max: measure === "share" ? 1 : undefined,
    },
    // The best segment stands at the bottom, where its change is seen against the axis.
    series: segments.map((segment, at) => ({
      type: "bar",
      stack: "all",
      name: segment.name,
      barCategoryGap: "22%",
      barMaxWidth: 56,
      emphasis: { focus: "series" },
      blur: { itemStyle: { opacity: 0.3 } },
      itemStyle: { color: segment.colour, borderColor: palette.surface, borderWidth: 0.5 },
      label: {
        show: measure === "share" && !context.compact && dates.length <= 16,
        position: "inside",
        color: textOn(segment.colour),
        fontSize: 10,
        formatter: (item: { dataIndex: number }) => {
          const date = dates[item.dataIndex];
          const value = date ? share(date, at) : 0;
          return value >= 0.06 ? fmt.percent(value) : "";
        },
      },
      data: dates.map((date) => ({
        value: measure === "share" ? share(date, at) : (date.customers[at] ?? 0),
        segment: segment.key,
      })),
    })),
  };
}

/** The share of customers who have got to the best segment, by the days since their first order. */
export function reachChart(
  points: ReachPoint[],
  slowAfter: number | null,
  context: ChartContext,
): Option {
  const { fmt, t, palette } = context;
  const stride = (points[1]?.days ?? 30) - (points[0]?.days ?? 0);
  return {
    ...base(context),
    grid: { left: 4, right: 14, top: 12, bottom: 22, containLabel: true },
    tooltip: {
      ...tooltip(context, "axis"),
      formatter: (items: { dataIndex: number }[]) => {
        const point = points[items[0]?.dataIndex ?? 0];
        if (!point) return "";
        return lines(t("movement.daysAfter", { days: fmt.number(point.days) }), [
          [t("movement.reached"), fmt.percent(point.share, 1)],
          [t("movement.interval"), `${fmt.percent(point.low, 1)} – ${fmt.percent(point.high, 1)}`],
          [t("movement.atRisk"), fmt.number(point.at_risk)],
        ]);
      },
    },
    xAxis: {
      ...categoryAxis(
        context,
        points.map((point) => fmt.number(point.days)),
      ),
      boundaryGap: false,
      ...axisTitle(context, t("movement.daysAxis"), 24),
    },
    yAxis: valueAxis(context, (value) => fmt.percent(value)),
    series: [
      {
        type: "custom",
        silent: true,
        encode: { x: 0, y: [1, 2] },
        data: points.map((point, at) => [at, point.low, point.high]),
        tooltip: { show: false },
        renderItem: bandItem(
          points.map((point, at) => [at, point.low, point.high]),
          palette.accent,
        ),
      },
      {
        type: "line",
        data: points.map((point) => point.share),
        symbol: points.length > 20 ? "none" : "circle",
        symbolSize: 5,
        itemStyle: { color: palette.accent },
        lineStyle: { color: palette.accent, width: 2.5 },
        emphasis: { disabled: true },
      },
      {
        type: "custom",
        silent: true,
        tooltip: { show: false },
        encode: { x: 0 },
        data: slowAfter === null || stride <= 0 ? [] : [[slowAfter / stride]],
        renderItem: (item: { coordSys?: unknown }, api: CustomApi) => {
          const area = item.coordSys as { y: number; height: number; x: number; width: number };
          // Categories stand at whole numbers; between them the axis is as even as at them.
          const [first] = api.coord([0, 0]);
          const [next] = api.coord([1, 0]);
          const x = first + (next - first) * api.value(0);
          if (x > area.x + area.width) return null;
          return {
            type: "line",
            shape: { x1: x, y1: area.y, x2: x, y2: area.y + area.height },
            style: { stroke: palette.muted, lineWidth: 1, lineDash: [4, 4] },
          };
        },
      },
    ],
  };
}
