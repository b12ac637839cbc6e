/** Marks that several charts draw: the whiskers of intervals. */
import type { CustomApi } from "./base";

type Ends = [low: number, high: number];

const line = (stroke: string) => (x1: number, y1: number, x2: number, y2: number) => ({
  type: "line",
  shape: { x1, y1, x2, y2 },
  style: { stroke, lineWidth: 1.5 },
});

/** A whisker along a bar that lies, `size` high to both sides and `down` below the middle of its row. */
export function whisker(
  api: CustomApi,
  row: number,
  [low, high]: Ends,
  stroke: string,
  size = 5,
  down = 0,
) {
  const [left, middle] = api.coord([low, row]);
  const [right] = api.coord([high, row]);
  const y = middle + down;
  const draw = line(stroke);
  return [
    draw(left, y, right, y),
    draw(left, y - size, left, y + size),
    draw(right, y - size, right, y + size),
  ];
}

/** An upright whisker, `size` wide to both sides; without feet where that is 0. */
export function upright(
  api: CustomApi,
  column: number,
  [low, high]: Ends,
  stroke: string,
  size: number,
) {
  const [x, bottom] = api.coord([column, low]);
  const [, top] = api.coord([column, high]);
  const draw = line(stroke);
  return [
    draw(x, bottom, x, top),
    ...(size > 0
      ? [draw(x - size, bottom, x + size, bottom), draw(x - size, top, x + size, top)]
      : []),
  ];
}
