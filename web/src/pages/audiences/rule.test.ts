import { describe, expect, it } from "vitest";
import { inSegment, isWhole, readRule, writeRule, type Kind, type Rule } from "./rule";

const KINDS: Record<string, Kind> = {
  orders: "number",
  revenue: "number",
  gender: "text",
  region: "text",
  email_consent: "flag",
  first_order_on: "date",
  "아이 나이": "number",
  segment_nine: "text",
};
const kindOf = (column: string) => KINDS[column];
const read = (text: string) => readRule(text, kindOf);

describe("a rule", () => {
  it("is read as it was written, whatever is in it", () => {
    const rules: Rule[] = [
      { join: "AND", conditions: [] },
      { join: "AND", conditions: [{ column: "orders", operator: "from", values: ["2"] }] },
      {
        join: "OR",
        conditions: [
          { column: "revenue", operator: "between", values: ["-1.5", "1000000"] },
          { column: "gender", operator: "in", values: ["female"] },
          { column: "region", operator: "not_in", values: ["서울", "L'Aquila", "a, b) OR 1"] },
          { column: "email_consent", operator: "in", values: ["true"] },
          { column: "first_order_on", operator: "to", values: ["2024-02-29"] },
          { column: "아이 나이", operator: "to", values: ["36"] },
          { column: "gender", operator: "not_known", values: [] },
          { column: "orders", operator: "known", values: [] },
        ],
      },
      {
        join: "AND",
        conditions: [
          { column: "first_order_on", operator: "between", values: ["2024-01-01", "2024-12-31"] },
          { column: "region", operator: "not_in", values: ["서울"] },
        ],
      },
    ];
    for (const rule of rules) expect(read(writeRule(rule, kindOf))).toEqual(rule);
  });

  it("that clicking cannot make is for the text field", () => {
    for (const text of [
      "orders > 2",
      "orders >= 2 AND gender = 'female' OR region = 'x'",
      "(orders >= 2)",
      "orders >= revenue",
      "nobody = 1",
      "orders >= 2 AND",
      "orders >= 2; DROP TABLE x",
      "gender = 3",
    ]) {
      expect(read(text), text).toBeNull();
    }
  });

  it("says nothing by conditions that lack their value", () => {
    const rule: Rule = {
      join: "AND",
      conditions: [
        { column: "orders", operator: "from", values: [""] },
        { column: "orders", operator: "between", values: ["1"] },
        { column: "gender", operator: "in", values: [] },
        { column: "revenue", operator: "to", values: ["many"] },
        { column: "revenue", operator: "to", values: ["5"] },
      ],
    };
    expect(writeRule(rule, kindOf)).toBe("revenue <= 5");
    expect(isWhole({ column: "first_order_on", operator: "from", values: ["2024"] }, "date")).toBe(
      false,
    );
  });

  it("can begin with a segment", () => {
    expect(read(inSegment("nine", "at_risk"))?.conditions).toEqual([
      { column: "segment_nine", operator: "in", values: ["at_risk"] },
    ]);
  });

  it("reads one equal number as both ends", () => {
    expect(read("orders = 1")?.conditions).toEqual([
      { column: "orders", operator: "between", values: ["1", "1"] },
    ]);
  });
});
