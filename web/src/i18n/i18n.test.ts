import { describe, expect, it } from "vitest";
import { browserLanguage, messages, translator } from "./index";
import { withParticle } from "./particle";
import { fill } from "./translate";

const namesIn = (text: string) =>
  new Set([...text.matchAll(/\{(\w+)[^}]*\}/g)].map((match) => match[1]));

describe("messages", () => {
  it("have both languages and the same values in both", () => {
    for (const [key, words] of Object.entries(messages)) {
      expect(words.en.trim(), key).not.toBe("");
      expect(words.ko.trim(), key).not.toBe("");
      expect(namesIn(words.ko), key).toEqual(namesIn(words.en));
    }
  });

  it("are Korean on the Korean side", () => {
    const latin = [
      "frame.language",
      "cohorts.shareOf",
      "segments.people",
      "cohorts.points",
      "channels.figure.ratio",
      "channels.guide",
      "channels.cac",
      "channels.roi",
    ];
    for (const [key, words] of Object.entries(messages)) {
      const bare = words.ko.replace(/\{[^}]*\}/g, "");
      if (!latin.includes(key) && /[A-Za-z]{3}/.test(bare)) {
        expect(bare, key).toMatch(/[가-힣]/);
      }
    }
  });
});

describe("filling", () => {
  it("writes numbers by the language's rules and picks the plural", () => {
    const words = { en: "{n} {n#customer|customers}", ko: "{n}명" };
    expect(fill(words, "en", { n: 1 })).toBe("1 customer");
    expect(fill(words, "en", { n: 4338 })).toBe("4,338 customers");
    expect(fill(words, "ko", { n: 4338 })).toBe("4,338명");
  });

  it("shows a name without a message as it is", () => {
    expect(translator("en").named("rule", "my_own_rule")).toBe("my own rule");
  });
});

describe("Korean particles", () => {
  it.each([
    ["단골", "이/가", "단골이"],
    ["챔피언", "은/는", "챔피언은"],
    ["코호트", "을/를", "코호트를"],
    ["서울", "으로/로", "서울로"],
    ["부산", "으로/로", "부산으로"],
    ["3", "은/는", "3은"],
    ["2", "은/는", "2는"],
    ["76%", "를/를", "76%를"],
    ["₩1.2억", "이에요/예요", "₩1.2억이에요"],
    ["£3", "이에요/예요", "£3예요"],
  ])("%s with %s is %s", (word, pair, expected) => {
    expect(withParticle(word, pair)).toBe(expected);
  });
});

describe("the browser's language", () => {
  it("is Korean or English", () => {
    expect(browserLanguage(["ko-KR", "en"])).toBe("ko");
    expect(browserLanguage(["de-DE", "ko"])).toBe("ko");
    expect(browserLanguage(["fr"])).toBe("en");
  });
});
