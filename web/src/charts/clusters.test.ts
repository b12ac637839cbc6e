import { describe, expect, it } from "vitest";
import { translator } from "$/i18n";
import { placeArrows } from "./clusters";

const t = translator("en");
const context = { width: 600, height: 400, compact: false, t };
const loading = (title: string, first: number, second: number) => ({
  column: title,
  title: { en: title, ko: title },
  first,
  second,
});

describe("arrows of the plane", () => {
  it("leaves out what is too short to say anything", () => {
    const arrows = placeArrows(
      [loading("a", 0.9, 0), loading("b", 0.1, 0.1)],
      { x: 300, y: 200 },
      context,
    );
    expect(arrows.map((arrow) => arrow.title)).toEqual(["a"]);
  });

  it("lets no two words of one side stand over each other", () => {
    const many = Array.from({ length: 8 }, (_, at) => loading(`feature ${at}`, 0.9, 0.02 * at));
    const ys = placeArrows(many, { x: 300, y: 380 }, context)
      .map((arrow) => arrow.label.y)
      .sort((a, b) => a - b);
    for (const [at, y] of ys.entries()) {
      if (at > 0) expect(y - (ys[at - 1] ?? 0)).toBeGreaterThanOrEqual(14.99);
      expect(y).toBeLessThanOrEqual(400 - 30);
    }
  });

  it("keeps words inside the picture", () => {
    const [arrow] = placeArrows(
      [loading("a very long name of a feature", 1, 0)],
      { x: 590, y: 200 },
      context,
    );
    expect((arrow?.label.x ?? 0) + 29 * 6.3).toBeLessThanOrEqual(600);
  });
});
