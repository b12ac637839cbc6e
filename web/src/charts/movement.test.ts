import { describe, expect, it } from "vitest";
import type { MovementFlow, MovementResult, SegmentMovement } from "$/api";
import { formatter } from "$/format";
import { translator } from "$/i18n";
import { flowsOf, lookOf, orderOf, sizesOf, statesOf } from "$/pages/movement/flows";
import { light } from "$/theme/tokens";
import type { ChartContext } from "./context";
import { matrixChart, sankeyChart, sizesChart } from "./movement";

const t = translator("en");
const fmt = formatter({ language: "en", locale: "en-GB", currency: "KRW", timeZone: "UTC" });
const context: ChartContext = { palette: light, fmt, t, width: 900, height: 400, compact: false };

const flow = (
  from: string,
  to: string,
  customers: number,
  direction: MovementFlow["direction"],
): MovementFlow => ({
  from,
  to,
  customers,
  row_share: 0.5,
  direction,
  revenue_before: 10,
  revenue_between: 1,
});

const segment = (key: string, level: number | null): SegmentMovement => ({
  segment: key,
  name: { en: key, ko: key },
  level,
  before: 0,
  after: 0,
  stayed: 0,
  gained: 0,
  lost: 0,
  new: 0,
  net: 0,
  share_before: null,
  share_after: null,
  revenue_lost: 0,
  revenue_gained: 0,
});

const result = {
  scheme: "bands",
  segments: [segment("3-5", 0), segment("6-8", 1), segment("12-15", 3)],
  flows: [
    flow("3-5", "3-5", 4, "stayed"),
    flow("3-5", "12-15", 2, "up"),
    flow("12-15", "6-8", 1, "down"),
    flow("NEW", "3-5", 7, "new"),
  ],
} as unknown as MovementResult;

const look = lookOf({ name: (key) => key, colour: () => "#00805d" }, light.quiet, t);

describe("movement", () => {
  it("puts the best segment first where there is an order", () => {
    expect(orderOf(result.segments)).toEqual(["12-15", "6-8", "3-5"]);
    const own = [segment("b", null), segment("a", null)];
    expect(orderOf(own)).toEqual(["b", "a"]);
  });

  it("has the states of either side with their customers, the new ones last", () => {
    const flows = flowsOf(result, false, look, t);
    const of = (side: "from" | "to") =>
      statesOf(result, flows, side, look).map((one) => [one.key, one.customers]);
    expect(of("from")).toEqual([
      ["12-15", 1],
      ["3-5", 6],
      ["NEW", 7],
    ]);
    expect(of("to")).toEqual([
      ["12-15", 2],
      ["6-8", 1],
      ["3-5", 11],
    ]);
    expect(flowsOf(result, true, look, t).map((one) => one.directionName)).toEqual(["up", "down"]);
  });

  it("links every flow and gives it to whoever chooses it", () => {
    const flows = flowsOf(result, false, look, t);
    const [before, after] = [
      statesOf(result, flows, "from", look),
      statesOf(result, flows, "to", look),
    ];
    const [series] = sankeyChart(before, after, flows, "", context).series as {
      links: { source: string; target: string; value: number; flow: string }[];
      data: { name: string }[];
    }[];
    const names = series?.data.map((one) => one.name) ?? [];
    expect(series?.links).toHaveLength(4);
    expect(
      series?.links.every((one) => names.includes(one.source) && names.includes(one.target)),
    ).toBe(true);
    expect(series?.links[3]).toMatchObject({
      source: "from:NEW",
      target: "to:3-5",
      flow: "NEW:3-5",
    });

    const [cells] = matrixChart(before, after, flows, "", context).series as {
      data: { value: number[]; flow?: string }[];
    }[];
    expect(cells?.data).toHaveLength(9);
    expect(cells?.data.filter((one) => one.flow !== undefined)).toHaveLength(4);
  });

  it("stacks the sizes of each date to all customers", () => {
    const size = (on: string, key: string, customers: number) => ({
      on,
      is_month_end: true,
      segment: key,
      customers,
      share: 0.5,
    });
    const keys = ["12-15", "3-5"];
    const dates = sizesOf(
      [
        size("2024-01-31", "3-5", 3),
        size("2024-01-31", "12-15", 1),
        size("2024-02-10", "3-5", 6),
        size("2024-02-10", "12-15", 2),
      ],
      keys,
      { t, fmt },
    );
    expect(dates.map((one) => one.label)).toEqual(["Jan 24", "now"]);
    const segments = keys.map((key) => ({ key, name: key, colour: "#00805d" }));
    const heights = (measure: "customers" | "share") =>
      (sizesChart(segments, dates, measure, context).series as { data: { value: number }[] }[]).map(
        (one) => one.data.map((item) => item.value),
      );
    expect(heights("customers")).toEqual([
      [1, 2],
      [3, 6],
    ]);
    expect(heights("share")).toEqual([
      [0.25, 0.25],
      [0.75, 0.75],
    ]);
  });
});
