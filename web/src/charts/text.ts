/** How much room words need. Charts are drawn before anything can be measured, so widths are estimates. */

/** Width of a text in pixels: letters of Hangul are nearly as wide as they are high, Latin ones about half of that. */
export const textWidth = (text: string, size = 12): number =>
  [...text].reduce((sum, letter) => sum + (letter > "\u2fff" ? 0.96 : 0.52) * size, 0);

/** A name in lines of a width, broken between words; what is left over after `most` lines ends in an ellipsis. */
export function wrapped(name: string, width: number, size = 11, most = 3): string {
  const rows: string[] = [];
  for (const word of name.split(" ")) {
    const last = rows.at(-1);
    if (last !== undefined && textWidth(`${last} ${word}`, size) <= width)
      rows[rows.length - 1] = `${last} ${word}`;
    else rows.push(word);
  }
  const shown = rows.slice(0, most);
  return shown
    .map((row, at) => shortened(at === most - 1 ? rows.slice(at).join(" ") : row, width, size))
    .join("\n");
}

/** As much of a line as there is room for. */
function shortened(line: string, width: number, size: number): string {
  if (textWidth(line, size) <= width) return line;
  let kept = line;
  while (kept.length > 1 && textWidth(`${kept}…`, size) > width) kept = kept.slice(0, -1);
  return `${kept.trimEnd()}…`;
}
