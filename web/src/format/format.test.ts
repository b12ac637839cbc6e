import { describe, expect, it } from "vitest";
import { formatter, localeFor, NONE } from "./index";

const en = formatter({
  language: "en",
  locale: "en-GB",
  currency: "GBP",
  timeZone: "Europe/London",
});
const ko = formatter({ language: "ko", locale: "ko-KR", currency: "KRW", timeZone: "Asia/Seoul" });

describe("money", () => {
  it("is short in pictures", () => {
    expect(en.moneyShort(1_234_567)).toBe("£1.2M");
    expect(ko.moneyShort(123_000_000)).toBe("₩1.2억");
    expect(ko.moneyShort(39_400)).toBe("₩3.9만");
    expect(en.moneyShort(580_215)).toBe("£580K");
    expect(en.moneyShort(7.5)).toBe("£7.5");
    expect(en.moneyShort(1_620)).toBe("£1,620");
    expect(ko.moneyShort(5_300)).toBe("₩5,300");
  });

  it("is full in tables, whole where asked", () => {
    expect(en.money(8887208.89)).toBe("£8,887,208.89");
    expect(en.money(8887208.89, true)).toBe("£8,887,209");
    expect(en.money(346.8, true)).toBe("£347");
    expect(ko.money(52000)).toBe("₩52,000");
  });
});

describe("shares and counts", () => {
  it("has a true minus sign and no sign at zero", () => {
    expect(en.change(-0.034)).toBe("−3.4%");
    expect(en.change(0.12)).toBe("+12%");
    expect(en.change(0)).toBe("0%");
  });

  it("does not write a small share as nothing, nor nothing with a sign", () => {
    expect(en.percent(0.0004, 1)).toBe("<0.1%");
    expect(en.percent(0.004)).toBe("<1%");
    expect(en.percent(0.006)).toBe("1%");
    expect(en.percent(0, 1)).toBe("0.0%");
    expect(en.percent(-0.0004, 1)).toBe("0.0%");
    expect(en.percent(-0.12)).toBe("−12%");
  });

  it("keeps the decimals of a column", () => {
    expect(en.decimal(0.9, 2)).toBe("0.90");
    expect(en.decimal(39)).toBe("39.0");
  });

  it("says nothing where there is no number", () => {
    for (const missing of [null, undefined, Number.NaN]) {
      expect(en.number(missing)).toBe(NONE);
      expect(en.money(missing)).toBe(NONE);
      expect(en.percent(missing)).toBe(NONE);
    }
  });
});

describe("dates", () => {
  it("are the shop's days, whatever the reader's time zone", () => {
    expect(en.date("2010-12-01")).toBe("1 Dec 2010");
    expect(ko.date("2010-12-01")).toBe("2010. 12. 1.");
  });

  it("show a moment in the shop's time zone", () => {
    expect(ko.dateTime("2011-12-10T12:50:00Z")).toContain("9:50");
  });

  it("name periods", () => {
    expect(en.period("2010-12-01", "month")).toBe("Dec 2010");
    expect(en.period("2011-10-01", "quarter")).toBe("Q4 2011");
    expect(ko.period("2011-10-01", "quarter")).toBe("2011년 4분기");
    expect(ko.periodShort("2011-01-01", "month")).toBe("11년 1월");
  });

  it("count Monday as the first weekday", () => {
    expect(en.weekday(1, true)).toBe("Monday");
    expect(ko.weekday(7)).toBe("일");
  });
});

describe("the reader's locale", () => {
  it("keeps the region the reader has chosen", () => {
    expect(localeFor("en", ["ko-KR", "en-US"])).toBe("en-US");
    expect(localeFor("ko", ["en-US"])).toBe("ko-KR");
  });
});
