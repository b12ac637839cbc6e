import { describe, expect, it } from "vitest";
import type { CalendarCell, Correlation } from "$/api";
import { formatter } from "$/format";
import { translator } from "$/i18n";
import { contrast, textOn } from "$/theme/contrast";
import { dark, light } from "$/theme/tokens";
import type { ChartContext } from "./context";
import {
  calendarHeatmap,
  correlationColour,
  correlationHeatmap,
  monthName,
  strongest,
  variables,
} from "./explore";

const context: ChartContext = {
  palette: light,
  fmt: formatter({ language: "en", locale: "en-GB", currency: "GBP", timeZone: "UTC" }),
  t: translator("en"),
  width: 900,
  height: 300,
  compact: false,
};

const pair = (a: string, b: string, spearman: number | null): Correlation => ({
  level: "customers",
  a,
  b,
  n: 100,
  spearman,
  pearson: null,
  sampled: false,
});

const three = [
  pair("orders", "revenue", 0.9),
  pair("orders", "age", -0.95),
  pair("revenue", "age", null),
];

interface Drawn {
  xAxis: { data: string[] };
  yAxis: { data: string[] };
  series: {
    data: [number, number][];
    renderItem: (
      params: unknown,
      api: unknown,
    ) => { children: { style: { fill: string; text?: string } }[] };
  }[];
}

const api = (column: number, row: number) => ({
  value: (at: number) => [column, row][at],
  coord: () => [0, 0],
  size: () => [40, 40],
});

describe("correlations", () => {
  it("stand once each below the diagonal", () => {
    expect(variables(three)).toEqual(["orders", "revenue", "age"]);
    const option = correlationHeatmap(three, "spearman", context) as unknown as Drawn;
    expect(option.xAxis.data).toEqual(["orders", "revenue"]);
    expect(option.yAxis.data).toEqual(["revenue", "age"]);
    expect(option.series[0]?.data).toEqual([
      [0, 0],
      [0, 1],
      [1, 1],
    ]);
    const cell = option.series[0]?.renderItem(undefined, api(0, 1));
    expect(cell?.children[1]?.style.text).toBe("−0.95");
    expect(option.series[0]?.renderItem(undefined, api(1, 1)).children[1]?.style.text).toBe("");
  });

  it("are numbered where their names do not fit", () => {
    const option = correlationHeatmap(three, "spearman", {
      ...context,
      width: 340,
      compact: true,
    }) as unknown as Drawn;
    expect(option.xAxis.data).toEqual(["1", "2"]);
    expect(option.yAxis.data).toEqual(["1 orders", "2 revenue", "3 age"]);
    expect(option.series[0]?.data).toEqual([
      [0, 1],
      [0, 2],
      [1, 2],
    ]);
  });

  it("can be read on every colour", () => {
    for (const palette of [light, dark]) {
      for (let value = -1; value <= 1; value += 0.1) {
        const fill = correlationColour(palette, value);
        expect(contrast(fill, textOn(fill)), `${palette.name} ${value}`).toBeGreaterThan(4.5);
      }
    }
  });

  it("name the strongest, whatever its sign", () => {
    expect(strongest(three, "spearman")?.b).toBe("age");
    expect(strongest([...three, pair("lines", "orders", 1)], "spearman")?.b).toBe("age");
    expect(strongest(three, "pearson")).toBeUndefined();
  });
});

describe("the calendar", () => {
  const cell = (month: number, weekday: number, orders: number): CalendarCell => ({
    month,
    weekday,
    days: 4,
    orders: orders * 4,
    orders_per_day: orders,
    revenue_per_day: null,
  });

  it("has a column for each month that there is", () => {
    const option = calendarHeatmap(
      [cell(2, 1, 3), cell(11, 7, 12)],
      "orders",
      context,
    ) as unknown as Drawn;
    expect(option.xAxis.data).toEqual(["Feb", "Nov"]);
    expect(option.series[0]?.data).toEqual([
      [0, 0],
      [1, 6],
    ]);
    expect(option.series[0]?.renderItem(undefined, api(1, 6)).children[1]?.style.text).toBe("12");
  });

  it("names months without a year", () => {
    expect(monthName(3, context)).toBe("Mar");
    expect(monthName(3, { ...context, t: translator("ko") })).toBe("3월");
  });
});
