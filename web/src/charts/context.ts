/** What a chart's option is built from, besides the data. Options are pure functions of both. */
import type { EChartsCoreOption } from "echarts/core";
import type { Formatter } from "$/format";
import type { Translator } from "$/i18n";
import type { Palette } from "$/theme/tokens";

export interface ChartContext {
  palette: Palette;
  fmt: Formatter;
  t: Translator;
  width: number;
  height: number;
  /** A phone's width: fewer labels, smaller margins. */
  compact: boolean;
}

/** What numbers and words become text with. */
export type Wording = Pick<ChartContext, "t" | "fmt">;

export type Option = EChartsCoreOption;
export type BuildOption = (context: ChartContext) => Option;

/** One row of a chart's table. */
export type Cell = string | number | null;

export interface Column<Row> {
  key: string;
  label: string;
  /** What is sorted by and written to CSV. */
  value: (row: Row) => Cell;
  /** What is read; the value itself where it is text. */
  text?: (row: Row) => string;
  numeric?: boolean;
  /** Sentences, which may take several lines. */
  wrap?: boolean;
  /** The table cannot be sorted by it. */
  unsorted?: boolean;
}

/** A column of numbers; `text` writes what is read. */
export function figure<Row>(
  key: string,
  label: string,
  value: (row: Row) => number | null,
  text: (value: number | null) => string,
): Column<Row> {
  return { key, label, numeric: true, value, text: (row) => text(value(row)) };
}

export interface ChartTable<Row = unknown> {
  /** Name of the file without its ending. */
  file: string;
  columns: Column<Row>[];
  rows: Row[];
}

/** Keeps the row type of a table while its columns are written, and hides it from the chart card. */
export function chartTable<Row>(table: ChartTable<Row>): ChartTable {
  return table as unknown as ChartTable;
}
