/** The coupon planner: products by months, with the coupon, the demand or the stock of each. */
import type { CouponPlan, PlanCell } from "$/api";
import { sequentialAt } from "$/theme/tokens";
import { base, categoryAxis, FONT, lines, nameAxis, tooltip } from "./base";
import type { ChartContext, Option, Wording } from "./context";
import { cells, type Painted } from "./explore";

export const planViews = ["coupon", "demand", "cover"] as const;
type PlanView = (typeof planViews)[number];

const nameRoom = (compact: boolean): number => (compact ? 118 : 240);
export const planHeight = (items: number): number => 26 + 30 * Math.max(1, items);
/** Below this the months scroll sideways. */
export const planMinWidth = (months: number, compact: boolean): number =>
  nameRoom(compact) + months * 62;

/** Months that the stock lasts, in words. */
export function coverText(cell: PlanCell, { fmt, t }: Wording): string {
  if (cell.stock === null) return "";
  if (cell.cover_months === null) return t("coupons.coverLong");
  return t("coupons.coverMonths", { n: fmt.number(cell.cover_months, 1) });
}

/** −15% and why, as far as there is room for it. */
export function couponText(cell: PlanCell, room: number, { fmt, t }: Wording): string {
  const why = t(`coupons.reason.${cell.reason}`);
  if (cell.discount === null) return room > 110 ? why : "–";
  const off = `−${fmt.percent(cell.discount)}`;
  return room > 190 ? `${off} · ${why}` : off;
}

/** The rows of a tooltip, and of whoever reads it. */
export function planDetails(cell: PlanCell, said: Wording): [string, string][] {
  const { fmt, t } = said;
  const range =
    cell.units_low === null || cell.units_high === null
      ? ""
      : ` (${fmt.number(cell.units_low)}–${fmt.number(cell.units_high)})`;
  const rows: [string, string][] = [
    [t("coupons.coupon"), cell.discount === null ? t("coupons.none") : fmt.percent(cell.discount)],
    [t("coupons.expected"), fmt.number(cell.units) + range],
  ];
  if (cell.index !== null) rows.push([t("coupons.index"), fmt.percent(cell.index)]);
  if (cell.stock !== null) {
    rows.push([t("coupons.stock"), fmt.number(cell.stock)]);
    rows.push([t("coupons.cover"), coverText(cell, said)]);
  }
  if (cell.cost !== null) rows.push([t("coupons.cost"), fmt.money(cell.cost, true)]);
  if (cell.break_even_units !== null) {
    rows.push([t("coupons.breakEven"), fmt.number(Math.ceil(cell.break_even_units))]);
  }
  return rows;
}

export function planHeatmap(
  plan: Pick<CouponPlan, "items" | "cells" | "months">,
  view: PlanView,
  deepest: number,
  context: ChartContext,
): Option {
  const { fmt, t, palette, compact } = context;
  const at = (column: number, row: number) => plan.cells[row * plan.months.length + column];
  const label = nameRoom(compact);
  const width = (context.width - label) / Math.max(1, plan.months.length);
  // Where all months are taken alike, colours would be a message that there is not.
  const flat = plan.cells.every((cell) => Math.abs((cell.index ?? 1) - 1) < 0.01);
  const paint = (column: number, row: number): Painted => {
    const cell = at(column, row);
    if (!cell) return { fill: palette.quieter, text: "" };
    if (view === "coupon") {
      const share = cell.discount === null ? null : cell.discount / deepest;
      const fill = share === null ? palette.quieter : sequentialAt(palette, 0.15 + 0.7 * share);
      return { fill, text: couponText(cell, width, context) };
    }
    if (view === "demand") {
      // The average month lies in the middle of the ramp, twice as much at its end.
      const fill =
        cell.index === null || flat
          ? palette.quieter
          : sequentialAt(palette, Math.min(1, cell.index / 2));
      return { fill, text: fmt.numberShort(Math.round(cell.units)) };
    }
    if (cell.stock === null) return { fill: palette.quieter, text: "–" };
    const fill = sequentialAt(palette, Math.min(1, (cell.cover_months ?? 24) / 12));
    const long = cell.cover_months === null && width < 90;
    return { fill, text: long ? ">24" : coverText(cell, context) };
  };
  const data = plan.items.flatMap((_, row) =>
    plan.months.map((_, column): [number, number] => [column, row]),
  );
  return {
    ...base(context),
    grid: { left: label, right: 0, top: 24, bottom: 2 },
    tooltip: {
      ...tooltip(context),
      formatter: (item: { value: [number, number] }) => {
        const cell = at(...item.value);
        if (!cell) return "";
        const month = fmt.period(`${cell.month}-01`, "month");
        return lines(`${cell.name} · ${month}`, [
          [t(`coupons.reason.${cell.reason}`), ""],
          ...planDetails(cell, context),
        ]);
      },
    },
    xAxis: {
      ...categoryAxis(
        context,
        plan.months.map((month) => fmt.periodShort(`${month}-01`, "month")),
      ),
      position: "top",
      axisLine: { show: false },
    },
    yAxis: nameAxis(
      context,
      plan.items.map((item) => item.name),
      label - 10,
    ),
    series: [cells(data, paint, `500 ${width < 60 ? 11 : 12}px ${FONT}`)],
  };
}
