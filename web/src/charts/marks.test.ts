import { describe, expect, it } from "vitest";
import { formatter } from "$/format";
import { translator } from "$/i18n";
import { light } from "$/theme/tokens";
import { namedBars, seenAndExpected } from "./bars";
import { upTo, valueAxis, type CustomApi } from "./base";
import type { ChartContext, Option } from "./context";
import { figureBars, ratioTicks, type Figure } from "./figures";
import { upright, whisker } from "./marks";

const context: ChartContext = {
  palette: light,
  fmt: formatter({ language: "en", locale: "en-GB", currency: "GBP", timeZone: "UTC" }),
  t: translator("en"),
  width: 800,
  height: 300,
  compact: false,
};

/** Ten pixels per unit to the right, and up from 100. */
const api: CustomApi = {
  value: () => 0,
  coord: ([x, y]) => [10 * x, 100 - 10 * y],
  size: ([x, y]) => [10 * x, 10 * y],
};

interface Part {
  type: string;
  shape?: Record<string, number>;
  style: { text?: string; x?: number };
}
type Drawn = { children: Part[] } | null;

/** What the custom series of an option draws for one of its items. */
function drawn(option: Option, index: number, dataIndex: number): Drawn {
  const series = option.series as { renderItem: (item: object, api: CustomApi) => Drawn }[];
  return series[index]?.renderItem({ dataIndex }, api) ?? null;
}

describe("whiskers", () => {
  it("run from the low to the high end, with feet across", () => {
    const shapes = whisker(api, 1, [2, 5], "#000", 4, 3).map((one) => one.shape);
    expect(shapes[0]).toEqual({ x1: 20, y1: 93, x2: 50, y2: 93 });
    expect(shapes[2]).toEqual({ x1: 50, y1: 89, x2: 50, y2: 97 });
  });

  it("stand upright, and without feet where they have no width", () => {
    expect(upright(api, 1, [2, 5], "#000", 6)).toHaveLength(3);
    const [only, ...feet] = upright(api, 1, [2, 5], "#000", 0);
    expect(only?.shape).toEqual({ x1: 10, y1: 80, x2: 10, y2: 50 });
    expect(feet).toEqual([]);
  });
});

describe("bars of figures", () => {
  const row: Figure = { key: "a", label: "a", value: 5, low: null, high: null };
  const option = figureBars([row, { ...row, low: 4, high: 7 }], String, context);

  it("have a whisker only where there is an interval", () => {
    expect(drawn(option, 1, 0)?.children.map((one) => one.type)).toEqual(["text"]);
    expect(drawn(option, 1, 1)?.children.filter((one) => one.type === "line")).toHaveLength(3);
  });

  it("have their figure behind the whisker", () => {
    const text = drawn(option, 1, 1)?.children.at(-1)?.style;
    expect(text?.text).toBe("5");
    expect(text?.x).toBeGreaterThan(70);
  });
});

describe("the axis of ratios", () => {
  it.each([
    [0.85, 1.25, [0.9, 1, 1.1, 1.2]],
    [0.6, 5.7, [1, 2, 4]],
    [0.13, 2.3, [0.25, 0.5, 1, 2]],
    [0.08, 2.1, [0.1, 0.2, 0.5, 1, 2]],
    [0.02, 300, [0.1, 1, 10, 100]],
  ])("from %s to %s has round ones", (low, high, expected) => {
    expect(ratioTicks(low, high, 5)).toEqual(expected);
  });
});

it("has more than the one, also on a phone", () => {
  expect(ratioTicks(0.68, 1.36, 4)).toEqual([0.75, 1, 1.25]);
});

describe("named bars", () => {
  const bar = { label: "a", colour: "#000", tip: "tip" };

  it("begin at zero, or below it where a figure is", () => {
    const least = (value: number) =>
      (namedBars([{ ...bar, value, text: "" }], context).xAxis as { min: number }).min;
    expect(least(3)).toBe(0);
    expect(least(-2)).toBe(-2);
  });
});

describe("an axis up to a value", () => {
  it.each([
    [0.43, 0.5, 0.1],
    [198, 200, 50],
    [1_300, 1_500, 250],
    [438, 500, 100],
  ])("for %s ends at %s in steps of %s", (value, max, interval) => {
    const axis = upTo(value, valueAxis(context, String));
    expect(axis.max).toBeCloseTo(max, 9);
    expect(axis.interval).toBeCloseTo(interval, 9);
  });
});

describe("seen against expected", () => {
  const about = {
    labels: ["1", "2"],
    axis: "tenths",
    seen: [0.4, 0.2],
    expected: [{ values: [0.3, 0.2], colour: "#000" }],
    text: String,
    tip: (at: number): [string, [string, string][]] => [`row ${at}`, []],
  };
  const highest = (option: Option) => (option.yAxis as { max?: number }).max;

  it("has room for the whiskers, and leaves the axis alone where there are none", () => {
    expect(
      highest(seenAndExpected({ ...about, intervals: [[0.3, 0.6], null] }, context)),
    ).toBeCloseTo(0.6, 9);
    expect(highest(seenAndExpected(about, context))).toBeUndefined();
  });

  it("draws a whisker only where there is one", () => {
    const option = seenAndExpected({ ...about, intervals: [null, [0.1, 0.3]] }, context);
    expect((option.series as { data: unknown[] }[])[1]?.data).toEqual([[1, 0.3]]);
  });
});
