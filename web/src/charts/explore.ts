/** Charts of the exploration: what weekdays and months bring, and what goes together. */
import type { CalendarCell, Correlation } from "$/api";
import { mix, textOn } from "$/theme/contrast";
import { sequentialAt, type Palette } from "$/theme/tokens";
import { base, categoryAxis, lines, tooltip, type CustomApi } from "./base";
import type { ChartContext, Option, Wording } from "./context";
import { textWidth } from "./text";

export const calendarMetrics = ["orders", "revenue"] as const;
export type CalendarMetric = (typeof calendarMetrics)[number];
export const coefficients = ["spearman", "pearson"] as const;
export type Coefficient = (typeof coefficients)[number];

export const perDay = (cell: CalendarCell, metric: CalendarMetric): number | null =>
  metric === "orders" ? cell.orders_per_day : cell.revenue_per_day;

/** A day of some month of any year, by which the formatter names the month. */
const monthDay = (month: number) => `2024-${String(month).padStart(2, "0")}-01`;

export const monthName = (month: number, { fmt, t }: Wording): string =>
  t.language === "ko"
    ? `${month}월`
    : (fmt.periodShort(monthDay(month), "month").split(" ")[0] ?? String(month));

export interface Painted {
  fill: string;
  text: string;
}

/** Cells side by side, each with its colour and, where there is room, its text. */
export function cells(
  data: [number, number][],
  paint: (column: number, row: number) => Painted,
  font: string,
) {
  return {
    type: "custom",
    encode: { x: 0, y: 1 },
    data,
    renderItem: (_: unknown, api: CustomApi) => {
      const [column, row] = [api.value(0), api.value(1)];
      const [x, y] = api.coord([column, row]);
      const [w, h] = api.size([1, 1]);
      const { fill, text } = paint(column, row);
      const size = Number(/(\d+)px/.exec(font)?.[1] ?? 12);
      return {
        type: "group",
        children: [
          {
            type: "rect",
            shape: { x: x - w / 2 + 1, y: y - h / 2 + 1, width: w - 2, height: h - 2, r: 2 },
            style: { fill },
          },
          {
            type: "text",
            style: {
              x,
              y: y + 0.5,
              text: textWidth(text, size) <= w + 1 ? text : "",
              align: "center",
              verticalAlign: "middle",
              fill: textOn(fill),
              font,
            },
          },
        ],
      };
    },
  };
}

export const CALENDAR_HEIGHT = 26 + 7 * 32;

/** Weekdays by months of the year; a cell is the mean of its days. */
export function calendarHeatmap(
  calendar: CalendarCell[],
  metric: CalendarMetric,
  context: ChartContext,
): Option {
  const { fmt, t, palette, compact } = context;
  const months = [...new Set(calendar.map((cell) => cell.month))].sort((a, b) => a - b);
  const at = (month: number | undefined, weekday: number) =>
    calendar.find((cell) => cell.month === month && cell.weekday === weekday);
  const most = Math.max(...calendar.map((cell) => perDay(cell, metric) ?? 0), 0) || 1;
  const label = compact ? 26 : 40;
  const width = (context.width - label) / Math.max(1, months.length);
  const font = `500 ${width < 44 ? 10 : 12}px ${base(context).textStyle.fontFamily}`;
  const data = months.flatMap((month, column) =>
    Array.from({ length: 7 }, (_, row): [number, number] => [column, row]).filter(([, row]) =>
      at(month, row + 1),
    ),
  );
  const paint = (column: number, row: number): Painted => {
    const cell = at(months[column], row + 1);
    const value = cell ? perDay(cell, metric) : null;
    if (value === null) return { fill: palette.quieter, text: "" };
    const fill = sequentialAt(palette, 0.04 + (0.96 * Math.max(0, value)) / most);
    return { fill, text: width < 25 ? "" : fmt.numberShort(value) };
  };
  return {
    ...base(context),
    grid: { left: label, right: 0, top: 24, bottom: 2 },
    tooltip: {
      ...tooltip(context),
      formatter: (item: { value: [number, number] }) => {
        const [column, row] = item.value;
        const cell = at(months[column], row + 1);
        if (!cell) return "";
        return lines(`${monthName(cell.month, context)} · ${fmt.weekday(cell.weekday, true)}`, [
          [t("explore.ordersPerDay"), fmt.number(cell.orders_per_day, 1)],
          [t("explore.revenuePerDay"), fmt.money(cell.revenue_per_day)],
          [t("term.dayCount"), fmt.number(cell.days)],
          [t("term.orders"), fmt.number(cell.orders)],
        ]);
      },
    },
    xAxis: {
      ...categoryAxis(
        context,
        months.map((month) => (compact ? String(month) : monthName(month, context))),
      ),
      position: "top",
      axisLine: { show: false },
    },
    yAxis: {
      ...categoryAxis(
        context,
        Array.from({ length: 7 }, (_, row) => fmt.weekday(row + 1)),
      ),
      inverse: true,
      axisLine: { show: false },
    },
    series: [cells(data, paint, font)],
  };
}

/** The numbers of some correlations, in the order in which they first come. */
export function variables(rows: Correlation[]): string[] {
  return [...new Set(rows.flatMap((row) => [row.a, row.b]))].sort((x, y) => {
    const place = (name: string) => {
      const own = rows.findIndex((row) => row.a === name);
      // The last one is nobody's first.
      return own < 0 ? rows.length : own;
    };
    return place(x) - place(y);
  });
}

/** Together in one colour, against each other in another, nothing as the ground. */
export function correlationColour(palette: Palette, value: number | null): string {
  if (value === null) return palette.surface;
  const [up, down] = [palette.categorical[0], palette.categorical[5]];
  const end = (value < 0 ? down : up) ?? palette.accent;
  return mix(palette.quieter, end, Math.min(1, Math.abs(value)));
}

export const correlationHeight = (count: number): number => 26 + 34 * Math.max(1, count);

/** 0.82 as .82 where cells are small; a true minus sign. */
function coefficientText(value: number, tight: boolean): string {
  const text = Math.abs(value).toFixed(tight ? 1 : 2);
  const sign = value < 0 && Number(text) !== 0 ? "−" : "";
  return sign + (tight ? text.replace(/^0\./, ".") : text);
}

/** Every pair once: rows from the second number on, columns up to the last but one. */
export function correlationHeatmap(
  rows: Correlation[],
  coefficient: Coefficient,
  context: ChartContext,
): Option {
  const { fmt, t, palette, compact } = context;
  const names = variables(rows);
  const name = (variable: string | undefined) => t.named("column", variable ?? "");
  const across = names.slice(0, -1);
  const label = compact ? 128 : 190;
  const width = (context.width - label) / Math.max(1, across.length);
  const tight = width < 40;
  // Where a name does not fit above its column, its number in the rows stands for it.
  const named = width >= 118;
  // Then the first number has a row, too, which says what it is.
  const down = named ? names.slice(1) : names;
  const before = named ? 1 : 0;
  const pair = (column: number, row: number) =>
    rows.find((one) => one.a === across[column] && one.b === down[row]);
  const font = `500 ${width < 30 ? 10 : 12}px ${base(context).textStyle.fontFamily}`;
  const data = down.flatMap((_, row) =>
    across.slice(0, row + before).map((_, column): [number, number] => [column, row]),
  );
  const paint = (column: number, row: number): Painted => {
    const value = pair(column, row)?.[coefficient] ?? null;
    const text = value === null || width < 20 ? "" : coefficientText(value, tight);
    return { fill: correlationColour(palette, value), text };
  };
  return {
    ...base(context),
    grid: { left: label, right: 0, top: 24, bottom: 2 },
    tooltip: {
      ...tooltip(context),
      formatter: (item: { value: [number, number] }) => {
        const found = pair(...item.value);
        if (!found) return "";
        return lines(`${name(found.a)} × ${name(found.b)}`, [
          [t("explore.spearman"), fmt.number(found.spearman, 3)],
          [t("explore.pearson"), fmt.number(found.pearson, 3)],
          [t("explore.pairs"), fmt.number(found.n)],
        ]);
      },
    },
    xAxis: {
      ...categoryAxis(
        context,
        across.map((one, at) => (named ? name(one) : String(at + 1))),
      ),
      position: "top",
      axisLine: { show: false },
      axisLabel: {
        ...categoryAxis(context, []).axisLabel,
        interval: 0,
        width: width - 6,
        overflow: "truncate",
      },
    },
    yAxis: {
      ...categoryAxis(
        context,
        down.map((one, row) => (named ? name(one) : `${row + 1} ${name(one)}`)),
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
    series: [cells(data, paint, font)],
  };
}

/** Orders and order lines, where each order has one: the same number under two names. */
const SAME = 0.999;

/** The pair that goes together most, up or down, without being the same. */
export function strongest(rows: Correlation[], coefficient: Coefficient): Correlation | undefined {
  return [...rows]
    .filter((row) => row[coefficient] !== null && Math.abs(row[coefficient]) < SAME)
    .sort((a, b) => Math.abs(b[coefficient] ?? 0) - Math.abs(a[coefficient] ?? 0))[0];
}
