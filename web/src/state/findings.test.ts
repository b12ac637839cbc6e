import { expect, it } from "vitest";
import type { Finding } from "$/api";
import { shareOut } from "./findings";

const finding = (code: string, about: string | null): Finding => ({
  code,
  about,
  severity: "info",
  text: { en: code, ko: code },
  values: {},
});

it("gives every finding to exactly one card, the unknown ones to the rest", () => {
  const findings = [finding("a", "pareto"), finding("b", null), finding("c", "something new")];
  const { pareto, rest } = shareOut(findings, { pareto: ["pareto"] });
  expect(pareto.map((one) => one.code)).toEqual(["a"]);
  expect(rest.map((one) => one.code)).toEqual(["b", "c"]);
});
