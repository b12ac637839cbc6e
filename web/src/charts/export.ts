/** Pictures of charts as files: drawn anew at a printable size, with their title and sentence. */
import { FONT } from "./base";
import type { BuildOption, ChartContext } from "./context";
import { init } from "./echarts";

interface Picture {
  title: string;
  sentence: string;
  build: BuildOption;
  context: ChartContext;
}

const HEAD = 62;
const MARGIN = 20;

export function toSvg({ title, sentence, build, context }: Picture): string {
  const { width, height, palette } = context;
  const chart = init(null, null, { renderer: "svg", ssr: true, width, height });
  chart.setOption(build(context));
  const inner = chart.renderToSVGString().replace("<svg ", `<svg x="${MARGIN}" y="${HEAD}" `);
  chart.dispose();
  const w = width + 2 * MARGIN;
  const h = height + HEAD + MARGIN;
  const text = (value: string) =>
    value.replace(/[&<>]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[c] ?? c);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}">`,
    `<rect width="${w}" height="${h}" fill="${palette.surface}"/>`,
    `<text x="${MARGIN}" y="28" font-family="${FONT}" font-size="16" font-weight="650" fill="${palette.ink}">${text(title)}</text>`,
    `<text x="${MARGIN}" y="48" font-family="${FONT}" font-size="12" fill="${palette.muted}">${text(sentence)}</text>`,
    inner,
    "</svg>",
  ].join("");
}

/** Drawn on a canvas of our own, since an SVG used as an image may not load the page's typeface. */
export async function toPng({ title, sentence, build, context }: Picture): Promise<Blob> {
  const { width, height, palette } = context;
  const SCALE = 2;
  const host = document.createElement("canvas");
  const chart = init(host, null, { renderer: "canvas", width, height, devicePixelRatio: SCALE });
  chart.setOption(build(context));
  const picture = chart.renderToCanvas({ pixelRatio: SCALE });
  const canvas = document.createElement("canvas");
  canvas.width = (width + 2 * MARGIN) * SCALE;
  canvas.height = (height + HEAD + MARGIN) * SCALE;
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("this browser has no 2D canvas");
  pen.scale(SCALE, SCALE);
  pen.fillStyle = palette.surface;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = palette.ink;
  pen.font = `650 16px ${FONT}`;
  pen.fillText(title, MARGIN, 28);
  pen.fillStyle = palette.muted;
  pen.font = `400 12px ${FONT}`;
  pen.fillText(sentence, MARGIN, 48, width);
  pen.drawImage(picture, MARGIN, HEAD, width, height);
  chart.dispose();
  return new Promise((resolve, reject) =>
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error("empty picture"))),
      "image/png",
    ),
  );
}
