/** Charts of the value page: how value is spread, the model's surface with the people on it, groups. */
import type { GroupValue, ValueBin, ValueSurface } from "$/api";
import { sequentialAt } from "$/theme/tokens";
import { namedBars } from "./bars";
import { axisTitle, base, categoryAxis, lines, tooltip, valueAxis, type CustomApi } from "./base";
import type { ChartContext, Option } from "./context";
import { binPosition } from "./scores";
import { textWidth } from "./text";

export const valueCounts = ["customers", "value"] as const;
type ValueCount = (typeof valueCounts)[number];

/** Bins widen to the right; they are drawn equally wide, so that the many small values can be told apart. */
export function valueDistributionChart(
  bins: ValueBin[],
  marks: { median: number | null; mean: number | null },
  count: ValueCount,
  context: ChartContext,
): Option {
  const { fmt, t, palette } = context;
  const total = {
    customers: sum(bins.map((bin) => bin.customers)),
    value: sum(bins.map((bin) => bin.value)),
  };
  const drawn = (["median", "mean"] as const).flatMap((name) => {
    const value = marks[name];
    return value === null
      ? []
      : [
          {
            name,
            at: binPosition(bins as never, value),
            text: `${t(`value.${name}`)} ${fmt.moneyShort(value)}`,
          },
        ];
  });
  return {
    ...base(context),
    grid: { left: 4, right: 10, top: 44, bottom: 20, containLabel: true },
    tooltip: {
      ...tooltip(context),
      formatter: (item: { dataIndex: number }) => {
        const bin = bins[item.dataIndex];
        if (!bin) return "";
        return lines(`${fmt.moneyShort(bin.from)} – ${fmt.moneyShort(bin.to)}`, [
          [
            t("term.customers"),
            part(bin.customers, total.customers, fmt.number(bin.customers), fmt),
          ],
          [t("value.predicted"), part(bin.value, total.value, fmt.moneyShort(bin.value), fmt)],
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
      ...axisTitle(context, t("value.perCustomer")),
      axisLabel: {
        color: palette.muted,
        fontSize: 11,
        hideOverlap: true,
        formatter: (index: number) => {
          const edge = index < bins.length ? bins[index]?.from : bins.at(-1)?.to;
          return edge === undefined ? "" : fmt.moneyShort(edge);
        },
      },
    },
    yAxis: valueAxis(context, (value) =>
      count === "customers" ? fmt.numberShort(value) : fmt.moneyShort(value),
    ),
    series: [
      {
        type: "custom",
        encode: { x: 0, y: 1 },
        data: bins.map((bin, index) => [index, bin[count]]),
        renderItem: (_: unknown, api: CustomApi) => {
          const [left, top] = api.coord([api.value(0), api.value(1)]);
          const [right, bottom] = api.coord([api.value(0) + 1, 0]);
          return {
            type: "rect",
            shape: {
              x: left + 0.5,
              y: Math.min(top, bottom - (api.value(1) > 0 ? 1 : 0)),
              width: Math.max(1, right - left - 1),
              height: Math.max(api.value(1) > 0 ? 1 : 0, bottom - top),
            },
            style: { fill: count === "customers" ? palette.quiet : palette.accent },
          };
        },
      },
      {
        type: "custom",
        silent: true,
        encode: { x: 0 },
        data: drawn.map((mark) => [mark.at]),
        tooltip: { show: false },
        renderItem: (item: { dataIndex: number }, api: CustomApi) => {
          const mark = drawn[item.dataIndex];
          if (!mark) return null;
          const [x, bottom] = api.coord([mark.at, 0]);
          const strong = mark.name === "median";
          const colour = strong ? palette.accent : palette.muted;
          // The left one's words stand to the left and lower: neither line runs through the other's.
          const first = drawn.every((other) => mark.at <= other.at);
          const y = first ? 26 : 10;
          const right = first
            ? x > textWidth(mark.text, 11) + 12
            : x > context.width - textWidth(mark.text, 11) - 12;
          return {
            type: "group",
            children: [
              {
                type: "line",
                shape: { x1: x, y1: y, x2: x, y2: bottom },
                style: { stroke: colour, lineWidth: 1.5, lineDash: strong ? null : [2, 2] },
              },
              {
                type: "text",
                style: {
                  x: right ? x - 4 : x + 4,
                  y,
                  text: mark.text,
                  align: right ? "right" : "left",
                  verticalAlign: "middle",
                  fill: colour,
                  font: `600 11px ${base(context).textStyle.fontFamily}`,
                },
              },
            ],
          };
        },
      },
    ],
  };
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
const part = (value: number, total: number, text: string, fmt: ChartContext["fmt"]) =>
  total > 0 ? `${text} · ${fmt.percent(value / total, 1)}` : text;

export type SurfaceMeasure = "probability_alive" | "expected_purchases";

/** What the ramp of a measure ends at. */
export function surfaceEnd(surface: ValueSurface, measure: SurfaceMeasure): number {
  if (measure === "probability_alive") return 1;
  return Math.max(1e-9, ...surface.cells.map((cell) => cell.expected_purchases));
}

/**
 * Place of a value on the ramp. Few customers are expected to buy often: by the root of their
 * purchases, those who buy now and then can still be told from those who are gone.
 */
export function surfaceShade(value: number, end: number, measure: SurfaceMeasure): number {
  const share = Math.min(1, Math.max(0, value / end));
  return measure === "probability_alive" ? share : Math.sqrt(share);
}

/** The counts whose customers stand at a place of an axis, which holds what is nearest to it. */
export function placeRange(axis: number[], at: number): [number, number | null] {
  const own = axis[at] ?? 0;
  const before = axis[at - 1];
  const after = axis[at + 1];
  // Halfway between two places counts as the upper one.
  const from = before === undefined ? 0 : Math.ceil((before + own) / 2);
  const to = after === undefined ? null : Math.ceil((own + after) / 2) - 1;
  return [from, to];
}

export function rangeText([from, to]: [number, number | null], fmt: ChartContext["fmt"]): string {
  if (to === null) return `${fmt.number(from)}+`;
  return from === to ? fmt.number(from) : `${fmt.number(from)}–${fmt.number(to)}`;
}

/**
 * Where the rows of an axis begin and end, from 0 to 1: by the root of their counts, since most
 * customers have bought a few times only, and their rows shall hold their dots.
 */
export function rowEdges(repeats: number[]): number[] {
  const middles = repeats.slice(1).map((own, at) => (own + (repeats[at] ?? 0)) / 2);
  const last = repeats.at(-1) ?? 0;
  const edges = [0, ...middles, last + (last - (middles.at(-1) ?? last - 1))];
  const end = Math.sqrt(edges.at(-1) ?? 1);
  return edges.map((edge) => Math.sqrt(edge) / end);
}

export function surfaceChart(
  surface: ValueSurface,
  measure: SurfaceMeasure,
  context: ChartContext,
): Option {
  const { fmt, t, palette } = context;
  const { repeats, days_since_last: days } = surface;
  const end = surfaceEnd(surface, measure);
  const most = Math.max(1, ...surface.people.map((one) => one.customers));
  const cellAt = (x: number, y: number) =>
    surface.cells.find((cell) => cell.repeats === repeats[y] && cell.days_since_last === days[x]);
  const peopleAt = (x: number, y: number) =>
    surface.people.find((one) => one.repeats === repeats[y] && one.days_since_last === days[x])
      ?.customers ?? 0;
  const squares = repeats.flatMap((_, y) => days.map((_, x) => [x, y] as const));
  const every = Math.max(1, Math.round(days.length / (context.compact ? 4 : 6)));
  const edges = rowEdges(repeats);
  const plot = { top: 4, bottom: 42 };
  const height = context.height - plot.top - plot.bottom;
  const rows = repeats.map((_, y) => {
    const [from, to] = [edges[y] ?? 0, edges[y + 1] ?? 1];
    return { size: (to - from) * height, middle: (from + to) / 2 };
  });
  const left = context.compact ? 44 : 50;
  const rowName = (row: number) =>
    row === 0
      ? t("value.surface.once")
      : `${fmt.number(repeats[row] ?? 0)}${row === repeats.length - 1 ? "+" : ""}`;
  // As many labels as have room for their line.
  const labelled: number[] = [];
  const top = rows.length - 1;
  rows.forEach((row, y) => {
    const apart = (other?: { middle: number }) =>
      !other || Math.abs(row.middle - other.middle) * height >= 13;
    if (y === top || (apart(rows[labelled.at(-1) ?? -1]) && apart(rows[top]))) labelled.push(y);
  });
  return {
    ...base(context),
    grid: { left, right: 4, ...plot },
    tooltip: {
      ...tooltip(context),
      formatter: (item: { value: [number, number] }) => {
        const [x, y] = item.value;
        const cell = cellAt(x, y);
        const people: [string, string] = [
          t("value.surface.people", {
            purchases: rangeText(placeRange(repeats, y), fmt),
            days: rangeText(placeRange(days, x), fmt),
          }),
          fmt.number(peopleAt(x, y)),
        ];
        const place = t("value.surface.place", { n: repeats[y] ?? 0, days: days[x] ?? 0 });
        if (!cell) return lines(place, [people]);
        return lines(place, [
          [t("value.alive"), fmt.percent(cell.probability_alive, 1)],
          [t("value.expectedPurchases"), fmt.number(cell.expected_purchases, 2)],
          people,
        ]);
      },
    },
    xAxis: {
      ...categoryAxis(
        context,
        days.map((day, x) => (x === days.length - 1 ? `${fmt.number(day)}+` : fmt.number(day))),
      ),
      ...axisTitle(context, t("value.surface.x")),
      axisLine: { show: false },
      axisLabel: {
        color: palette.muted,
        fontSize: 11,
        interval: (index: number) =>
          index === days.length - 1 ||
          (index % every === 0 && days.length - 1 - index >= every / 2),
      },
    },
    yAxis: {
      ...axisTitle(context, t("value.surface.y"), context.compact ? 30 : 36),
      type: "value",
      axisLine: { show: false },
      min: 0,
      max: 1,
      axisTick: { show: false },
      splitLine: { show: false },
      // Rows differ in height: their labels are drawn with them.
      axisLabel: { show: false },
    },
    series: [
      {
        type: "custom",
        encode: { x: 0, y: 2 },
        data: squares.map(([x, y]) => [x, y, rows[y]?.middle ?? 0]),
        renderItem: (_: unknown, api: CustomApi) => {
          const [column, row] = [api.value(0), api.value(1)];
          const [x, y] = api.coord([column, api.value(2)]);
          const [w] = api.size([1, 1]);
          const h = rows[row]?.size ?? 0;
          const cell = cellAt(column, row);
          const fill = cell
            ? sequentialAt(palette, surfaceShade(cell[measure], end, measure))
            : palette.sunken;
          // A gap sets those who bought once apart: their row is computed in another way.
          const gap = row === 0 ? 3 : 0;
          const children: unknown[] = [
            {
              type: "rect",
              shape: { x: x - w / 2, y: y - h / 2 + gap, width: w + 0.5, height: h - gap + 0.5 },
              style: { fill, opacity: cell ? 1 : 0.55 },
            },
          ];
          const people = peopleAt(column, row);
          if (people > 0) {
            const largest = Math.min(w * 0.62, 12);
            children.push({
              type: "circle",
              shape: {
                cx: x,
                cy: y + gap / 2,
                r: Math.max(1.6, largest * Math.sqrt(people / most)),
              },
              style: {
                fill: palette.categorical[5],
                opacity: 0.92,
                stroke: palette.surface,
                lineWidth: 1,
              },
            });
          }
          return { type: "group", children };
        },
      },
      {
        type: "custom",
        silent: true,
        encode: { y: 1 },
        data: labelled.map((y) => [0, rows[y]?.middle ?? 0, y]),
        tooltip: { show: false },
        renderItem: (_: unknown, api: CustomApi) => {
          const row = api.value(2);
          return {
            type: "text",
            style: {
              x: left - 7,
              y: api.coord([0, api.value(1)])[1],
              text: rowName(row),
              align: "right",
              verticalAlign: "middle",
              fill: palette.muted,
              font: `400 11px ${base(context).textStyle.fontFamily}`,
            },
          };
        },
      },
    ],
  };
}

export const groupMeasures = ["mean", "sum"] as const;
type GroupMeasure = (typeof groupMeasures)[number];

/** The figure that a group's bar shows; purchases where there is no value in money. */
export function groupFigure(group: GroupValue, measure: GroupMeasure): number {
  const whole = group.value ?? group.expected_purchases;
  return measure === "sum" ? whole : whole / Math.max(1, group.customers);
}

export function groupHeight(count: number): number {
  return 14 + 30 * Math.max(1, count);
}

export function groupChart(
  groups: GroupValue[],
  measure: GroupMeasure,
  look: { name: (group: GroupValue) => string; colour?: (group: GroupValue) => string },
  context: ChartContext,
): Option {
  const { fmt, t, palette } = context;
  const sorted = [...groups].sort((a, b) => groupFigure(b, measure) - groupFigure(a, measure));
  const text = (group: GroupValue) => {
    const figure = groupFigure(group, measure);
    return group.value === null
      ? fmt.number(figure, measure === "mean" ? 2 : 0)
      : fmt.moneyShort(figure);
  };
  return namedBars(
    sorted.map((group) => {
      const share = measure === "sum" ? (group.value_share ?? null) : null;
      const inMoney: [string, string][] =
        group.value === null
          ? []
          : [
              [
                t("value.predicted"),
                part(group.value_share ?? 0, 1, fmt.moneyShort(group.value), fmt),
              ],
              [t("value.perCustomer"), fmt.money(group.mean_value)],
              [t("value.historicalPerCustomer"), fmt.money(group.mean_historical_value)],
            ];
      return {
        label: look.name(group),
        value: groupFigure(group, measure),
        text: share === null ? text(group) : `${text(group)} · ${fmt.percent(share)}`,
        colour: look.colour?.(group) ?? palette.accent,
        item: { segment: group.key },
        tip: lines(look.name(group), [
          [t("term.customers"), part(group.share, 1, fmt.number(group.customers), fmt)],
          [t("value.alive"), fmt.percent(group.probability_alive, 1)],
          [t("value.expectedPurchases"), fmt.number(group.expected_purchases, 0)],
          ...inMoney,
        ]),
      };
    }),
    context,
    { room: 104 },
  );
}
