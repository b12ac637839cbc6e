/** Tables and rows of the coupon planner. */
import type { JudgedMethod, PastDiscount, PlanCell } from "$/api";
import type { Figure } from "$/charts/figures";
import { chartTable, type ChartTable, type Column, figure, type Wording } from "$/charts/context";
import { coverText } from "$/charts/coupons";
import { timesText } from "../channels/tables";

function range(cell: PlanCell, { fmt }: Wording): string {
  const units = fmt.number(cell.units);
  return cell.units_low === null || cell.units_high === null
    ? units
    : `${units} (${fmt.number(cell.units_low)}–${fmt.number(cell.units_high)})`;
}

type Columns = Record<"name" | "month" | "coupon" | "why" | "cost" | "breakEven", Column<PlanCell>>;

function columns(what: string, { t, fmt }: Wording): Columns {
  return {
    name: { key: "name", label: what, value: (row) => row.name, wrap: true },
    month: {
      key: "month",
      label: t("coupons.month"),
      value: (row) => row.month,
      text: (row) => fmt.period(`${row.month}-01`, "month"),
    },
    coupon: {
      key: "coupon",
      label: t("coupons.coupon"),
      numeric: true,
      value: (row) => row.discount,
      text: (row) => (row.discount === null ? t("coupons.none") : fmt.percent(row.discount)),
    },
    why: { key: "why", label: t("coupons.why"), value: (row) => t.words(row.why), wrap: true },
    cost: figure(
      "cost",
      t("coupons.cost"),
      (r) => r.cost,
      (v) => fmt.money(v, true),
    ),
    breakEven: {
      key: "breakEven",
      label: t("coupons.breakEven"),
      numeric: true,
      value: (row) => row.break_even_units,
      text: (row) =>
        row.break_even_units === null || row.break_even_lift === null
          ? fmt.number(null)
          : t("coupons.breakEvenText", {
              n: fmt.number(Math.ceil(row.break_even_units)),
              lift: fmt.change(row.break_even_lift),
            }),
    },
  };
}

/** The coupons that are spelt out. */
export function couponTable(rows: PlanCell[], what: string, words: Wording): ChartTable {
  const { name, month, coupon, why, cost, breakEven } = columns(what, words);
  return chartTable<PlanCell>({
    file: "dangol-coupons",
    rows,
    columns: [name, month, coupon, why, cost, breakEven],
  });
}

/** The whole plan, with or without the columns that take a stock. */
export function planTable(
  cells: PlanCell[],
  what: string,
  stock: boolean,
  words: Wording,
): ChartTable {
  const { t, fmt } = words;
  const { name, month, coupon, why, cost, breakEven } = columns(what, words);
  const ofStock: Column<PlanCell>[] = [
    figure(
      "stock",
      t("coupons.stock"),
      (r) => r.stock,
      (v) => fmt.number(v),
    ),
    {
      key: "cover",
      label: t("coupons.cover"),
      numeric: true,
      value: (row) => row.cover_months,
      text: (row) => coverText(row, words),
    },
  ];
  return chartTable<PlanCell>({
    file: "dangol-coupon-plan",
    rows: cells,
    columns: [
      name,
      month,
      coupon,
      why,
      {
        key: "units",
        label: t("coupons.expected"),
        numeric: true,
        value: (row) => row.units,
        text: (row) => range(row, words),
      },
      figure(
        "index",
        t("coupons.index"),
        (r) => r.index,
        (v) => fmt.percent(v),
      ),
      ...(stock ? ofStock : []),
      cost,
      breakEven,
    ],
  });
}

export function judgedFigures(rows: JudgedMethod[], { t, fmt }: Wording): Figure[] {
  return rows.map((row) => ({
    key: row.method,
    label: t.words(row.name),
    value: row.error,
    low: null,
    high: null,
    quiet: !row.used,
    details: [
      [t("coupons.bias"), row.bias === null ? fmt.number(null) : fmt.change(row.bias)],
      [t("coupons.cells"), fmt.number(row.cells)],
    ],
  }));
}

export function judgedTable(rows: JudgedMethod[], { t, fmt }: Wording): ChartTable {
  return chartTable<JudgedMethod>({
    file: "dangol-coupon-forecasts",
    rows,
    columns: [
      { key: "name", label: t("coupons.method"), value: (row) => t.words(row.name) },
      { key: "used", label: t("coupons.used"), value: (row) => (row.used ? t("coupons.yes") : "") },
      figure(
        "error",
        t("coupons.error"),
        (r) => r.error,
        (v) => fmt.percent(v, 1),
      ),
      figure(
        "bias",
        t("coupons.bias"),
        (r) => r.bias,
        (v) => (v === null ? fmt.number(null) : fmt.change(v)),
      ),
      figure(
        "cells",
        t("coupons.cells"),
        (r) => r.cells,
        (v) => fmt.number(v),
      ),
    ],
  });
}

/** Rows in the picture; the table has all. */
const MOST_PAST = 10;

/** Categories first, since they rest on more; products where there are none. */
export function pastFigures(rows: PastDiscount[], words: Wording) {
  const { t, fmt } = words;
  const categories = rows.filter((row) => row.level === "category");
  return (categories.length > 0 ? categories : rows).slice(0, MOST_PAST).map((row) => ({
    key: row.key,
    label: row.name,
    value: row.ratio,
    low: row.ratio_low,
    high: row.ratio_high,
    found: row.ratio_low > 1 || row.ratio_high < 1,
    details: [
      [t("coupons.atDiscount"), fmt.number(row.units_at_discount, 1)],
      [t("coupons.atFull"), fmt.number(row.units_at_full_price, 1)],
      [t("coupons.pastDiscount"), fmt.percent(row.discount)],
      [t("coupons.compared"), compared(row, words)],
    ] as [string, string][],
  }));
}

const compared = (row: PastDiscount, { t, fmt }: Wording) =>
  t(row.from === "weeks" ? "coupons.compared.weeks" : "coupons.compared.promotions", {
    a: fmt.number(row.at_discount),
    b: fmt.number(row.at_full_price),
  });

export function pastTable(rows: PastDiscount[], words: Wording): ChartTable {
  const { t, fmt } = words;
  return chartTable<PastDiscount>({
    file: "dangol-past-discounts",
    rows,
    columns: [
      { key: "name", label: t("coupons.pastName"), value: (row) => row.name },
      figure(
        "discount",
        t("coupons.pastDiscount"),
        (r) => r.discount,
        (v) => fmt.percent(v),
      ),
      figure(
        "atDiscount",
        t("coupons.atDiscount"),
        (r) => r.units_at_discount,
        (v) => fmt.decimal(v),
      ),
      figure(
        "atFull",
        t("coupons.atFull"),
        (r) => r.units_at_full_price,
        (v) => fmt.decimal(v),
      ),
      {
        key: "ratio",
        label: t("coupons.ratio"),
        numeric: true,
        value: (row) => row.ratio,
        text: (row) =>
          `${timesText(row.ratio, words)} (${timesText(row.ratio_low, words)}–${timesText(row.ratio_high, words)})`,
      },
      { key: "compared", label: t("coupons.compared"), value: (row) => compared(row, words) },
    ],
  });
}
