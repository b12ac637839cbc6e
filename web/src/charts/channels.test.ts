import { describe, expect, it } from "vitest";
import { placeLabels } from "./channels";

const WITHIN = { left: 0, right: 400, top: 0, bottom: 300 };
const HEIGHT = 15;

function boxes(points: { x: number; y: number; width: number }[]) {
  return placeLabels(points, WITHIN).map((one, index) => {
    const width = points[index]?.width ?? 0;
    const left =
      one.align === "left" ? one.x : one.align === "right" ? one.x - width : one.x - width / 2;
    return { left, right: left + width, top: one.y - HEIGHT / 2, bottom: one.y + HEIGHT / 2 };
  });
}

describe("labels of points", () => {
  it("stand above their point to the right where there is room", () => {
    expect(placeLabels([{ x: 100, y: 100, width: 60 }], WITHIN)).toEqual([
      { x: 108, y: 90, align: "left" },
    ]);
  });

  it("turn to the left at the right edge", () => {
    expect(placeLabels([{ x: 380, y: 100, width: 60 }], WITHIN)[0]?.align).toBe("right");
  });

  it("never cover each other, a point, or the edge", () => {
    const points = [
      { x: 100, y: 100, width: 90 },
      { x: 104, y: 103, width: 90 },
      { x: 108, y: 98, width: 90 },
      { x: 112, y: 106, width: 90 },
      { x: 390, y: 6, width: 90 },
    ];
    const placed = boxes(points);
    placed.forEach((box, index) => {
      expect(box.left).toBeGreaterThanOrEqual(WITHIN.left);
      expect(box.right).toBeLessThanOrEqual(WITHIN.right);
      expect(box.top).toBeGreaterThanOrEqual(WITHIN.top);
      for (const other of placed.slice(index + 1)) {
        const apart =
          box.right <= other.left ||
          other.right <= box.left ||
          box.bottom <= other.top ||
          other.bottom <= box.top;
        expect(apart).toBe(true);
      }
    });
  });
});
