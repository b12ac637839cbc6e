import { describe, expect, it } from "vitest";
import { textWidth, wrapped } from "./text";

describe("words of charts", () => {
  it("are measured by their letters", () => {
    expect(textWidth("유입")).toBeGreaterThan(textWidth("ab"));
    expect(textWidth("ab", 24)).toBe(2 * textWidth("ab", 12));
  });

  it("are broken between words where there is no room", () => {
    expect(wrapped("Promising, high value", 70)).toBe("Promising,\nhigh value");
    expect(wrapped("잠재 충성 고객", 54)).toBe("잠재 충성\n고객");
    expect(wrapped("잠재 충성 고객", 150)).toBe("잠재 충성 고객");
  });

  it("end in an ellipsis after the last line", () => {
    expect(wrapped("one two three four", 24, 11, 2)).toBe("one\ntwo…");
    expect(wrapped("unbreakable", 40, 11, 2)).toBe("unbre…");
  });
});
