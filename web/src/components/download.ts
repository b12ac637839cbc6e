/** Files made in the browser from what is on screen. */
import type { ChartTable } from "$/charts/context";

/** CSV as spreadsheets read it: a byte-order mark, so that Excel sees UTF-8, and CRLF. */
export function toCsv(table: ChartTable): string {
  const quote = (value: string | number | null) => {
    if (value === null) return "";
    // A leading sign of a formula would be run by a spreadsheet; numbers may keep their minus.
    const text =
      typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const rows = [
    table.columns.map((column) => quote(column.label)),
    ...table.rows.map((row) => table.columns.map((column) => quote(column.value(row)))),
  ];
  return `\uFEFF${rows.map((row) => row.join(",")).join("\r\n")}\r\n`;
}

export function save(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

export function saveCsv(table: ChartTable): void {
  save(`${table.file}.csv`, new Blob([toCsv(table)], { type: "text/csv;charset=utf-8" }));
}
