/** Charts of the segment profile: what groups buy, when, and who they are, beside everybody else. */
import type { ProfileCell, ProfileDimension, ProfileGroup, ProfileValue, Words } from "$/api";
import type { Formatter } from "$/format";
import { mix } from "$/theme/contrast";
import type { Palette } from "$/theme/tokens";
import { namedBars } from "./bars";
import {
  base,
  categoryAxis,
  endingAt,
  nameAxis,
  lines,
  tooltip,
  upTo,
  valueAxis,
  type CustomApi,
} from "./base";
import type { ChartContext, Option } from "./context";
import { cells as painted, type Painted } from "./explore";

/** A value of a dimension with its cells by group. */
export interface ProfileRow {
  dimension: ProfileDimension;
  value: ProfileValue;
  cells: Map<string, ProfileCell>;
}

/** The rows of a dimension, in the order of the answer. */
export function rowsOf(
  dimension: ProfileDimension | undefined,
  values: ProfileValue[],
  cells: ProfileCell[],
): ProfileRow[] {
  if (!dimension) return [];
  const own = cells.filter((cell) => cell.dimension === dimension.dimension);
  return values
    .filter((value) => value.dimension === dimension.dimension)
    .map((value) => ({
      dimension,
      value,
      cells: new Map(
        own.filter((cell) => cell.value === value.value).map((cell) => [cell.group, cell]),
      ),
    }));
}

const MONEY = new Set(["mean_order_value", "mean_day_value"]);

/** A share, an amount of money or a number, as its value asks for. */
export function amountText(
  { dimension, value }: ProfileRow,
  amount: number | null | undefined,
  fmt: Formatter,
): string {
  if (dimension.measure !== "per_customer" || value.value.endsWith("_share"))
    return fmt.percent(amount, amount !== null && amount !== undefined && amount < 0.1 ? 1 : 0);
  if (MONEY.has(value.value)) return fmt.moneyShort(amount);
  return fmt.number(amount, Math.abs(amount ?? 0) < 10 ? 2 : Math.abs(amount ?? 0) < 100 ? 1 : 0);
}

/** Twice the average and half of it are as far from the middle; four times is the end of the scale. */
const WIDEST = Math.log(4);

/** More than the average in one colour, less in another, the average as the ground. */
export function indexColour(palette: Palette, index: number | null | undefined): string {
  if (index === null || index === undefined) return palette.quieter;
  const [up, down] = [palette.categorical[0], palette.categorical[5]];
  const end = (index < 100 ? down : up) ?? palette.accent;
  const distance = index > 0 ? Math.abs(Math.log(index / 100)) / WIDEST : 1;
  return mix(palette.quieter, end, Math.min(1, distance));
}

const HEAT_ROW = 30;
export const heatHeight = (rows: number): number => 44 + HEAT_ROW * Math.max(1, rows);

function cellTooltip(row: ProfileRow, cell: ProfileCell, group: string, context: ChartContext) {
  const { fmt, t } = context;
  const interval =
    cell.index_low === null
      ? ""
      : ` (${fmt.number(cell.index_low)} – ${fmt.number(cell.index_high)})`;
  return lines(`${t.words(row.value.label)} · ${group}`, [
    [group, amountText(row, cell.amount, fmt)],
    [t("profile.others"), amountText(row, cell.others, fmt)],
    [t("profile.index"), `${fmt.number(cell.index)}${interval}`],
    [t("profile.adjustedP"), pText(cell.adjusted_p, fmt)],
  ]);
}

/** A p-value as people write it. */
export function pText(p: number | null | undefined, fmt: Formatter): string {
  return p !== null && p !== undefined && p < 0.001 ? "< 0.001" : fmt.number(p, 3);
}

/** Values by groups: the figure is written, its colour is the index. */
export function profileHeatmap(
  rows: ProfileRow[],
  groups: ProfileGroup[],
  selected: string,
  context: ChartContext,
): Option {
  const { fmt, t, palette, compact } = context;
  const label = compact ? 96 : 150;
  const width = (context.width - label) / Math.max(1, groups.length);
  const font = `500 ${width < 52 ? 10 : 12}px ${base(context).textStyle.fontFamily}`;
  const at = (column: number, row: number) => {
    const group = groups[column];
    return group ? rows[row]?.cells.get(group.group) : undefined;
  };
  const data = rows.flatMap((_, row) =>
    groups.map((_group, column): [number, number] => [column, row]),
  );
  const paint = (column: number, row: number): Painted => {
    const cell = at(column, row);
    const own = rows[row];
    if (!cell || !own || cell.amount === null) return { fill: palette.surface, text: "" };
    // What may be chance is pale: a group of ten has no category that nobody in it likes.
    const sure = indexColour(palette, cell.index);
    return {
      fill: cell.differs ? sure : mix(sure, palette.quieter, 0.75),
      text: width < 30 ? "" : amountText(own, cell.amount, fmt),
    };
  };
  const names = groups.map((group) => t.words(group.name));
  return {
    ...base(context),
    grid: { left: label, right: 0, top: 40, bottom: 2 },
    tooltip: {
      ...tooltip(context),
      formatter: (item: { value: [number, number] }) => {
        const [column, row] = item.value;
        const [cell, own] = [at(column, row), rows[row]];
        return cell && own ? cellTooltip(own, cell, names[column] ?? "", context) : "";
      },
    },
    xAxis: {
      ...categoryAxis(context, names),
      position: "top",
      axisLine: { show: false },
      axisLabel: {
        interval: 0,
        width: width - 6,
        overflow: "break",
        lineHeight: 14,
        fontSize: 11,
        rich: {
          on: { fontWeight: 700, color: palette.ink, fontSize: 11, lineHeight: 14 },
        },
        color: palette.muted,
        formatter: (name: string, at: number) =>
          groups[at]?.group === selected ? `{on|${name}}` : name,
      },
    },
    yAxis: {
      ...categoryAxis(
        context,
        rows.map((row) => t.words(row.value.label)),
      ),
      inverse: true,
      axisLine: { show: false },
      axisLabel: {
        color: palette.ink,
        fontSize: compact ? 11 : 12,
        interval: 0,
        width: label - 12,
        overflow: "truncate",
      },
    },
    series: [
      painted(data, paint, font),
      {
        // A frame round the group that the page is about.
        type: "custom",
        silent: true,
        encode: { x: 0, y: 1 },
        data: rows.length > 0 ? [[groups.findIndex((one) => one.group === selected), 0]] : [],
        renderItem: (_: unknown, api: CustomApi) => {
          const column = api.value(0);
          if (column < 0) return null;
          const [x, top] = api.coord([column, 0]);
          const [w, h] = api.size([1, 1]);
          return {
            type: "rect",
            shape: { x: x - w / 2, y: top - h / 2, width: w, height: h * rows.length, r: 3 },
            style: { fill: "none", stroke: palette.ink, lineWidth: 1.5 },
          };
        },
      },
    ],
  };
}

/** A row's name where rows of several dimensions stand together. */
export function rowName(row: ProfileRow, words: (words: Words) => string): string {
  const label = words(row.value.label);
  return row.dimension.dimension === "numbers" ? label : `${words(row.dimension.title)}: ${label}`;
}

/** Rows in which a group stands apart, those furthest from 100 first. */
export function apartRows(rows: ProfileRow[], group: string, most: number): ProfileRow[] {
  const distance = (row: ProfileRow) => {
    const cell = row.cells.get(group);
    if (!cell || cell.index === null || cell.index <= 0) return 0;
    const nearer = cell.index > 100 ? cell.index_low : cell.index_high;
    return nearer !== null && nearer > 0 ? Math.abs(Math.log(nearer / 100)) : 0;
  };
  return rows
    .filter((row) => {
      const cell = row.cells.get(group);
      const rare =
        row.dimension.measure !== "per_customer" &&
        Math.max(cell?.amount ?? 0, cell?.others ?? 0) < 0.02;
      return cell?.differs && !rare && row.value.value !== "not_used" && distance(row) > 0;
    })
    .sort((a, b) => distance(b) - distance(a))
    .slice(0, most);
}

export const apartHeight = (rows: number): number => 34 + 26 * Math.max(1, rows);

/** Index with its interval, on a scale on which twice and half are as far from the middle. */
export function apartChart(
  rows: ProfileRow[],
  group: ProfileGroup,
  colour: string,
  context: ChartContext,
): Option {
  const { fmt, t, palette, compact } = context;
  const place = (index: number) => Math.log2(Math.max(1, index) / 100);
  const found = rows.flatMap((row) => {
    const cell = row.cells.get(group.group);
    return cell && cell.index !== null ? [{ row, cell, index: cell.index }] : [];
  });
  const most = Math.max(
    1,
    ...found.map(({ cell, index }) =>
      Math.max(
        Math.abs(place(index)),
        Math.min(3, Math.abs(place(cell.index_high ?? index))),
        Math.min(3, Math.abs(place(cell.index_low ?? index))),
      ),
    ),
  );
  const name = t.words(group.name);
  return {
    ...base(context),
    grid: { left: 4, right: compact ? 44 : 150, top: 4, bottom: 2, containLabel: true },
    tooltip: {
      ...tooltip(context),
      formatter: (item: { dataIndex: number }) => {
        const one = found[item.dataIndex];
        return one ? cellTooltip(one.row, one.cell, name, context) : "";
      },
    },
    xAxis: {
      ...valueAxis(context, (value) => fmt.number(100 * 2 ** value)),
      min: -Math.ceil(most),
      max: Math.ceil(most),
      interval: 1,
    },
    yAxis: nameAxis(
      context,
      found.map(({ row }) => rowName(row, t.words)),
      compact ? 130 : 260,
    ),
    series: [
      {
        type: "custom",
        encode: { x: 0, y: 1 },
        data: found.map(({ index }, at) => [place(index), at]),
        clip: false,
        renderItem: (item: { dataIndex: number }, api: CustomApi) => {
          const one = found[item.dataIndex];
          if (!one) return null;
          const [x, y] = api.coord([place(one.index), item.dataIndex]);
          const edge = Math.ceil(most);
          const inside = (value: number) => Math.max(-edge, Math.min(edge, value));
          const [low] = api.coord([inside(place(one.cell.index_low ?? 1)), item.dataIndex]);
          const [high] = api.coord([inside(place(one.cell.index_high ?? 1e9)), item.dataIndex]);
          const [middle] = api.coord([0, item.dataIndex]);
          return {
            type: "group",
            children: [
              {
                type: "rect",
                shape: {
                  x: Math.min(x, middle),
                  y: y - 5,
                  width: Math.abs(x - middle),
                  height: 10,
                },
                style: { fill: colour, opacity: 0.32 },
              },
              {
                type: "line",
                shape: { x1: low, y1: y, x2: high, y2: y },
                style: { stroke: palette.muted, lineWidth: 1.5 },
              },
              { type: "circle", shape: { cx: x, cy: y, r: 4.5 }, style: { fill: colour } },
              {
                type: "text",
                style: {
                  x: Math.max(high, x, middle) + 8,
                  y: y + 0.5,
                  verticalAlign: "middle",
                  fill: palette.ink,
                  font: `500 12px ${base(context).textStyle.fontFamily}`,
                  text: compact
                    ? fmt.number(one.index)
                    : `${fmt.number(one.index)}  ·  ${amountText(one.row, one.cell.amount, fmt)} / ${amountText(one.row, one.cell.others, fmt)}`,
                },
              },
            ],
          };
        },
      },
      {
        type: "line",
        silent: true,
        symbol: "none",
        data: [],
        markLine: {
          silent: true,
          symbol: "none",
          label: { show: false },
          lineStyle: { color: palette.ink, width: 1, type: "solid" },
          data: [{ xAxis: 0 }],
        },
      },
    ],
  };
}

export const pairHeight = (rows: number): number => 26 + 30 * Math.max(1, rows);

/**
 * A group's figures as bars, those of everybody else as a stroke; the whisker is the interval. A bar is pale where the
 * difference may be chance.
 */
export function pairChart(
  rows: ProfileRow[],
  group: ProfileGroup,
  colour: string,
  lying: boolean,
  context: ChartContext,
): Option {
  const { fmt, t, palette } = context;
  const found = rows.flatMap((row) => {
    const cell = row.cells.get(group.group);
    return cell ? [{ row, cell }] : [];
  });
  const first = found[0]?.row;
  const axisText = (value: number) => (first ? amountText(first, value, fmt) : "");
  const labels = found.map(({ row }) => t.words(row.value.label));
  const name = t.words(group.name);
  const ends = found.map(({ cell }) => {
    const of = (index: number | null) =>
      index === null || cell.others === null ? null : (index * cell.others) / 100;
    return [of(cell.index_low), of(cell.index_high)] as const;
  });
  const top = Math.max(
    0,
    ...found.map(({ cell }, at) =>
      Math.max(
        cell.amount ?? 0,
        cell.others ?? 0,
        Math.min(ends[at]?.[1] ?? 0, 1.6 * (cell.amount ?? 0)),
      ),
    ),
  );
  const category = lying ? nameAxis(context, labels) : categoryAxis(context, labels);
  const amounts = (lying ? endingAt : upTo)(top > 0 ? top : 1, valueAxis(context, axisText));
  const point = (value: number, at: number): [number, number] =>
    lying ? [value, at] : [at, value];
  return {
    ...base(context),
    grid: { left: 4, right: lying ? 58 : 6, top: lying ? 2 : 10, bottom: 2, containLabel: true },
    tooltip: {
      ...tooltip(context),
      formatter: (item: { dataIndex: number }) => {
        const one = found[item.dataIndex];
        return one ? cellTooltip(one.row, one.cell, name, context) : "";
      },
    },
    xAxis: lying
      ? { ...amounts, axisLabel: { show: false }, splitLine: { show: false } }
      : category,
    yAxis: lying ? category : amounts,
    series: [
      {
        type: "bar",
        barWidth: lying ? 15 : "62%",
        data: found.map(({ cell }) => ({
          value: cell.amount ?? 0,
          itemStyle: { color: colour, opacity: cell.differs ? 0.9 : 0.38 },
        })),
        emphasis: { disabled: true },
      },
      {
        type: "custom",
        silent: true,
        encode: { x: 0, y: 1 },
        data: found.map(({ cell }, at) => point(cell.amount ?? 0, at)),
        clip: false,
        z: 5,
        renderItem: (item: { dataIndex: number }, api: CustomApi) => {
          const one = found[item.dataIndex];
          if (!one) return null;
          const at = item.dataIndex;
          const [low, high] = ends[at] ?? [null, null];
          const amount = one.cell.amount ?? 0;
          const [x, y] = api.coord(point(amount, at));
          const [othersX, othersY] = api.coord(point(one.cell.others ?? 0, at));
          const [lowX, lowY] = api.coord(point(low ?? amount, at));
          const [highX, highY] = api.coord(point(Math.min(high ?? amount, top), at));
          const [w] = api.size([1, 1]);
          const half = lying ? 10 : Math.max(4, w * 0.38);
          const stroke = { stroke: palette.ink, lineWidth: 2 };
          const whisker = { stroke: palette.muted, lineWidth: 1.25 };
          return {
            type: "group",
            children: [
              {
                type: "line",
                shape: lying
                  ? { x1: lowX, y1: y, x2: highX, y2: y }
                  : { x1: x, y1: lowY, x2: x, y2: highY },
                style: whisker,
              },
              {
                type: "line",
                shape: lying
                  ? { x1: othersX, y1: y - half, x2: othersX, y2: y + half }
                  : { x1: x - half, y1: othersY, x2: x + half, y2: othersY },
                style: stroke,
              },
              ...(lying
                ? [
                    {
                      type: "text",
                      style: {
                        x: Math.max(x, othersX, highX) + 6,
                        y: y + 0.5,
                        verticalAlign: "middle",
                        fill: palette.ink,
                        font: `500 12px ${base(context).textStyle.fontFamily}`,
                        text: amountText(one.row, one.cell.amount, fmt),
                      },
                    },
                  ]
                : []),
            ],
          };
        },
      },
    ],
  };
}

/** One figure of every group, side by side. */
export function groupBars(
  row: ProfileRow,
  groups: ProfileGroup[],
  colours: (group: string, position: number) => string,
  selected: string,
  context: ChartContext,
): Option {
  const { fmt, t, palette } = context;
  const found = groups.flatMap((group, position) => {
    const cell = row.cells.get(group.group);
    return cell && cell.amount !== null ? [{ group, cell, amount: cell.amount, position }] : [];
  });
  return namedBars(
    found.map(({ group, cell, amount, position }) => ({
      label: t.words(group.name),
      value: amount,
      text: amountText(row, amount, fmt),
      colour: mix(
        colours(group.group, position),
        palette.surface,
        !selected || group.group === selected ? 0 : 0.55,
      ),
      item: { group: group.group },
      tip: cellTooltip(row, cell, t.words(group.name), context),
    })),
    context,
    { room: 54 },
  );
}
