import { describe, expect, it } from "vitest";
import { contrast, mix, oklch, textOn } from "./contrast";
import { segmentColour } from "./segments";
import { dark, light, sequentialAt } from "./tokens";

describe("palettes", () => {
  it.each([light, dark])("$name keeps text readable", (palette) => {
    for (const ground of [palette.page, palette.surface, palette.sunken]) {
      for (const text of [palette.ink, palette.muted, palette.accent, palette.serious]) {
        expect(contrast(text, ground)).toBeGreaterThanOrEqual(4.5);
      }
    }
    expect(contrast(palette.accent, palette.accentSoft)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(palette.onAccent, palette.accent)).toBeGreaterThanOrEqual(4.5);
  });

  it.each([light, dark])("$name has a ramp that only goes one way", (palette) => {
    const fromGround = palette.sequential.map((step) => contrast(step, palette.surface));
    expect([...fromGround].sort((a, b) => a - b)).toEqual(fromGround);
    expect(sequentialAt(palette, 2)).toBe(palette.sequential.at(-1));
  });
});

describe("contrast", () => {
  it("agrees with WCAG", () => {
    expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5);
    expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.478, 2);
  });

  it("always finds a readable text colour", () => {
    for (let grey = 0; grey < 256; grey += 5) {
      const hex = `#${grey.toString(16).padStart(2, "0").repeat(3)}`;
      expect(contrast(textOn(hex), hex)).toBeGreaterThanOrEqual(4.5);
    }
  });

  it("converts OKLCH white and black, and mixes", () => {
    expect(oklch(1, 0, 0)).toBe("#ffffff");
    expect(oklch(0, 0, 0)).toBe("#000000");
    expect(mix("#000000", "#ffffff", 0.5)).toBe("#808080");
  });
});

describe("segment colours", () => {
  it("are fixed by scheme and key, and never shared between schemes by name alone", () => {
    expect(segmentColour(light, "nine", "at_risk", 0)).toBe(
      segmentColour(dark, "nine", "at_risk", 8),
    );
    expect(segmentColour(light, "class", "silver", 0)).not.toBe(
      segmentColour(light, "custom", "silver", 0),
    );
  });
});
