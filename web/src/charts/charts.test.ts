import { describe, expect, it } from "vitest";
import type { Cohort, CohortCell, OverviewPeriod } from "$/api";
import { toCsv } from "$/components/download";
import { formatter } from "$/format";
import { translator } from "$/i18n";
import { light } from "$/theme/tokens";
import { escapeHtml } from "./base";
import { cellValue, cohortHeatmap, meanCurveChart, rampEnd } from "./cohorts";
import { chartTable, type ChartContext } from "./context";
import { daysInMonth } from "./data";
import { lastTwo, partsOf, periodChart, weekdayMeans } from "./overview";
import { binPosition, distributionChart } from "./scores";
import { treemapChart, type NamedSegment } from "./segments";

const context: ChartContext = {
  palette: light,
  fmt: formatter({ language: "en", locale: "en-GB", currency: "GBP", timeZone: "UTC" }),
  t: translator("en"),
  width: 800,
  height: 300,
  compact: false,
};

const period = (
  month: number,
  revenue: number,
  more: Partial<OverviewPeriod> = {},
): OverviewPeriod => ({
  period: `2011-${String(month).padStart(2, "0")}-01`,
  revenue,
  orders: 10,
  order_lines: 30,
  units: 60,
  customers: 8,
  average_order_value: revenue / 10,
  new_customers: 3,
  returning_customers: 5,
  new_revenue: revenue * 0.25,
  returning_revenue: revenue * 0.75,
  revenue_without_customer: 0,
  incomplete: false,
  ...more,
});

describe("periods", () => {
  it("adds a part for sales without a customer only where there are any", () => {
    expect(partsOf("revenue", [period(1, 100)]).map((part) => part.key)).toEqual([
      "returning",
      "new",
    ]);
    const mixed = period(1, 100, { returning_revenue: 50, revenue_without_customer: 25 });
    const withUnknown = partsOf("revenue", [mixed]);
    expect(withUnknown.map((part) => part.key)).toEqual(["returning", "new", "unknown"]);
    expect(withUnknown.reduce((sum, part) => sum + part.value(mixed), 0)).toBe(100);
  });

  it("compares complete periods only", () => {
    const periods = [period(1, 100), period(2, 120), period(3, 10, { incomplete: true })];
    expect(lastTwo(periods)?.map((one) => one.revenue)).toEqual([100, 120]);
    expect(lastTwo([period(1, 100)])).toBeNull();
  });

  it("draws bars from zero and marks an incomplete period", () => {
    const option = periodChart(
      [period(1, 100), period(2, 50, { incomplete: true })],
      "revenue",
      "month",
      context,
    );
    expect((option.yAxis as { min: number }).min).toBe(0);
    const [first] = option.series as { data: { itemStyle?: { decal?: object } }[] }[];
    expect(first?.data[0]?.itemStyle).toBeUndefined();
    expect(first?.data[1]?.itemStyle?.decal).toBeDefined();
  });

  it("means a weekday over its days", () => {
    const day = { orders: 1, average_order_value: 1, weekday: 1 };
    expect(
      weekdayMeans([
        { ...day, revenue: 100, days: 4 },
        { ...day, revenue: 5, days: 0 },
      ]),
    ).toEqual([25, 0]);
  });
});

const segment = (name: string, share: number): NamedSegment => ({
  segment: name,
  name,
  colour: "#0072b2",
  customers: share * 1000,
  orders: 1,
  recency_mean: 1,
  frequency_mean: 1,
  monetary_mean: 1,
  monetary_sum: share * 5000,
  customer_share: share,
  revenue_share: share,
});

describe("segments", () => {
  it("leaves empty segments out of the treemap and small tiles without a label", () => {
    const option = treemapChart(
      [segment("a", 0.99), segment("b", 0.01), segment("c", 0)],
      "customers",
      "",
      context,
    );
    const [series] = option.series as {
      data: { segment: string; label: { formatter: string } }[];
    }[];
    expect(series?.data.map((one) => one.segment)).toEqual(["a", "b"]);
    expect(series?.data[0]?.label.formatter).toContain("99%");
    expect(series?.data[1]?.label.formatter).toBe("");
  });

  it("finds a percentile's place among bins of any width", () => {
    const bins = [
      { from: 0, to: 10, customers: 5 },
      { from: 10, to: 110, customers: 5 },
    ];
    expect(binPosition(bins, 5)).toBe(0.5);
    expect(binPosition(bins, 60)).toBe(1.5);
    expect(binPosition(bins, 999)).toBe(2);
  });

  it("marks four percentiles", () => {
    const summary = {
      count: 10,
      mean: 4,
      std: 1,
      min: 0,
      p5: 1,
      p25: 2,
      p50: 4,
      p75: 6,
      p95: 9,
      max: 10,
    };
    const option = distributionChart(
      [{ from: 0, to: 10, customers: 10 }],
      summary,
      String,
      context,
    );
    const [, marks] = option.series as { data: number[][] }[];
    expect(marks?.data).toHaveLength(4);
  });
});

const cell = (age: number, rate: number | null): CohortCell => ({
  age,
  active: rate === null ? null : rate * 100,
  rate,
  orders: rate === null ? null : 50,
  revenue: rate === null ? null : 1000,
  cumulative_revenue: rate === null ? null : 2000,
  arpu: rate === null ? null : 10,
  incomplete: rate === null ? null : false,
  censored: rate === null ? null : false,
});
const cohort: Cohort = {
  cohort: "2011-01-01",
  size: 100,
  periods: [cell(0, 1), cell(1, 0.3), cell(2, null)],
};

describe("cohorts", () => {
  it("reads every measure per acquired customer", () => {
    expect(cellValue(cell(1, 0.3), 100, "cumulative")).toBe(20);
    expect(cellValue(cell(1, 0.3), 100, "orders")).toBe(0.5);
    expect(cellValue(cell(2, null), 100, "cumulative")).toBeNull();
  });

  it("ends the ramp without the first period, which is always 100%", () => {
    expect(rampEnd([cohort], "rate")).toBe(0.3);
  });

  it("draws nothing where the period lies ahead", () => {
    const option = cohortHeatmap([cohort], "rate", "month", "", context);
    const [series] = option.series as { data: unknown[] }[];
    expect(series?.data).toHaveLength(2);
  });

  it("adds a cohort's own curve, with gaps where it is too young", () => {
    const point = {
      weighted_rate: 0.2,
      low: 0.1,
      high: 0.3,
      unweighted_rate: 0.2,
      unweighted_low: null,
      unweighted_high: null,
      cohorts: 3,
      customers: 60,
      weighted_arpu: 1,
      weighted_cumulative_arpu: 2,
    };
    const curve = [0, 1, 2].map((age) => ({ age, ...point }));
    const option = meanCurveChart(curve, { name: "Jan", points: [{ age: 1, rate: 0.3 }] }, context);
    const series = option.series as { data: unknown[] }[];
    expect(series.at(-1)?.data).toEqual([0.3, null]);
  });
});

describe("coverage", () => {
  it("counts the days of a gap in each month", () => {
    const gaps = [{ from: "2010-12-24", to: "2011-01-03", days: 11 }];
    expect(daysInMonth(gaps, "2010-12-01")).toBe(8);
    expect(daysInMonth(gaps, "2011-01-01")).toBe(3);
    expect(daysInMonth(gaps, "2011-02-01")).toBe(0);
  });
});

describe("what leaves the browser", () => {
  it("is CSV that spreadsheets read and do not run", () => {
    const table = chartTable<{ name: string; value: number | null }>({
      file: "t",
      columns: [
        { key: "name", label: "Name", value: (row) => row.name },
        { key: "value", label: "Value", value: (row) => row.value },
      ],
      rows: [
        { name: 'a "b", c', value: -1.5 },
        { name: "=1+1", value: null },
      ],
    });
    expect(toCsv(table)).toBe('\uFEFFName,Value\r\n"a ""b"", c",-1.5\r\n\'=1+1,\r\n');
  });

  it("has no markup from data in a tooltip", () => {
    expect(escapeHtml('<img src="x">')).toBe("&lt;img src=&quot;x&quot;&gt;");
  });
});
