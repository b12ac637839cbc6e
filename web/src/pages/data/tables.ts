/** The tables behind the exploration's pictures. */
import type { CalendarCell, Correlation, ExploredColumn } from "$/api";
import { chartTable, type ChartTable, type Column, type Wording } from "$/charts/context";
import { monthName } from "$/charts/explore";
import { NONE, type Formatter } from "$/format";

export function calendarTable(rows: CalendarCell[], { t, fmt }: Wording): ChartTable {
  return chartTable<CalendarCell>({
    file: "dangol-calendar",
    rows,
    columns: [
      {
        key: "month",
        label: t("granularity.month"),
        value: (cell) => cell.month,
        text: (cell) => monthName(cell.month, { t, fmt }),
      },
      {
        key: "weekday",
        label: t("term.weekday"),
        value: (cell) => cell.weekday,
        text: (cell) => fmt.weekday(cell.weekday, true),
      },
      { key: "days", label: t("term.dayCount"), numeric: true, value: (cell) => cell.days },
      { key: "orders", label: t("term.orders"), numeric: true, value: (cell) => cell.orders },
      {
        key: "orders_per_day",
        label: t("explore.ordersPerDay"),
        numeric: true,
        value: (cell) => cell.orders_per_day,
        text: (cell) => fmt.decimal(cell.orders_per_day),
      },
      {
        key: "revenue_per_day",
        label: t("explore.revenuePerDay"),
        numeric: true,
        value: (cell) => cell.revenue_per_day,
        text: (cell) => fmt.money(cell.revenue_per_day),
      },
    ],
  });
}

export function correlationTable(rows: Correlation[], { t, fmt }: Wording): ChartTable {
  return chartTable<Correlation>({
    file: "dangol-correlations",
    rows,
    columns: [
      { key: "a", label: t("explore.first"), value: (row) => t.named("column", row.a) },
      { key: "b", label: t("explore.second"), value: (row) => t.named("column", row.b) },
      {
        key: "spearman",
        label: t("explore.spearman"),
        numeric: true,
        value: (row) => row.spearman,
        text: (row) => fmt.decimal(row.spearman, 3),
      },
      {
        key: "pearson",
        label: t("explore.pearson"),
        numeric: true,
        value: (row) => row.pearson,
        text: (row) => fmt.decimal(row.pearson, 3),
      },
      {
        key: "n",
        label: t("explore.pairs"),
        numeric: true,
        value: (row) => row.n,
        text: (row) => fmt.number(row.n),
      },
    ],
  });
}

/** Whole numbers as they are, others with as many decimals as their size asks for. */
export function figure(value: number | null, fmt: Formatter): string {
  if (value === null) return NONE;
  return fmt.number(value, Number.isInteger(value) ? 0 : Math.abs(value) < 1 ? 3 : 2);
}

export function statisticsTable(
  table: string,
  all: ExploredColumn[],
  { t, fmt }: Wording,
): ChartTable {
  type Numbers = "mean" | "sd" | "q1" | "median" | "q3";
  const number = (key: Numbers): Column<ExploredColumn> => ({
    key,
    label: t(`explore.${key}`),
    numeric: true,
    value: (column) => column[key],
    text: (column) => figure(column[key], fmt),
  });
  const end = (key: "min" | "max"): Column<ExploredColumn> => ({
    key,
    label: t(`explore.${key}`),
    numeric: true,
    value: (column) => column[key],
    text: (column) =>
      column.kind === "number" && column[key] !== null
        ? figure(Number(column[key]), fmt)
        : (column[key] ?? NONE),
  });
  return chartTable<ExploredColumn>({
    file: `dangol-${table}-statistics`,
    rows: all.filter((column) => column.table === table),
    columns: [
      {
        key: "column",
        label: t("data.column"),
        value: (column) => (column.label ? t.words(column.label) : column.column),
      },
      {
        key: "values",
        label: t("explore.values"),
        numeric: true,
        value: (column) => column.values,
        text: (column) => fmt.number(column.values),
      },
      {
        key: "missing",
        label: t("data.missing"),
        numeric: true,
        value: (column) => column.missing,
        text: (column) => fmt.number(column.missing),
      },
      {
        key: "distinct",
        label: t("data.distinct"),
        numeric: true,
        value: (column) => column.distinct,
        text: (column) => fmt.number(column.distinct),
      },
      number("mean"),
      number("sd"),
      end("min"),
      number("q1"),
      number("median"),
      number("q3"),
      end("max"),
    ],
  });
}
