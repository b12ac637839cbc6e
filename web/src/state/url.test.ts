import { describe, expect, it } from "vitest";
import { defaults, formatView, noScope, pages, parseView, scopeQuery, type View } from "./url";

const at = (url: string) => {
  const { pathname, search } = new URL(url, "http://shop.example");
  return parseView(pathname, search);
};

describe("the URL of a view", () => {
  it("is short where nothing is chosen", () => {
    for (const page of pages) {
      const view: View = {
        page,
        customer: null,
        scope: noScope,
        language: null,
        params: defaults[page],
      };
      expect(formatView(view)).toBe(`/${page}`);
    }
  });

  it("round-trips every filter and parameter", () => {
    const view: View = {
      page: "segments",
      customer: null,
      scope: {
        asOf: "2011-11-30",
        from: "2011-01-01",
        country: ["Korea, Republic of", "EIRE"],
        salesPlatform: ["쿠팡"],
        category: ["Home & garden"],
        segment: ["nine:at_risk", "nine:lost"],
        channel: ["not_known"],
        region: ["서울", "경기"],
        ageBand: ["20s", "50+"],
        gender: ["female"],
        audience: ["20·30대 여성"],
      },
      language: "ko",
      params: { ...defaults.segments, model: "cluster", scheme: "eleven", selected: "lost" },
    };
    expect(at(formatView(view))).toEqual(view);
  });

  it("round-trips a customer's number, whatever is in it", () => {
    for (const customer of ["17850", "a/b?c#d", "김단골 1"]) {
      const view = { ...at("/customers"), customer };
      expect(at(formatView(view)).customer).toBe(customer);
    }
  });

  it("falls back to the overview and drops what it does not know", () => {
    const view = at("/nothing?unknown=1&granularity=week");
    expect(view.page).toBe("overview");
    expect(formatView(view)).toBe("/overview?granularity=week");
  });

  it("keeps a page's own parameters from another page", () => {
    expect(at("/overview?model=cluster").params).toEqual(defaults.overview);
  });
});

describe("filters for the API", () => {
  it("leaves out what is not chosen", () => {
    expect(Object.values(scopeQuery(noScope)).every((value) => value === undefined)).toBe(true);
  });

  it("joins lists by commas, and escapes those within a value", () => {
    expect(scopeQuery({ ...noScope, country: ["EIRE", "Spain"] }).country).toBe("EIRE,Spain");
    expect(scopeQuery({ ...noScope, country: ["Korea, Republic of", "Spain"] }).country).toBe(
      "Korea\\, Republic of,Spain",
    );
  });
});
