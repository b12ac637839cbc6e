/**
 * The product's colours, light and dark. The style sheet and the charts both read them from here.
 * `muted` and `accent` keep at least 4.5 : 1 on `surface` and `page`; `faint` is never text.
 */
import { oklch } from "./contrast";

export interface Palette {
  name: "light" | "dark";
  page: string;
  surface: string;
  raised: string;
  sunken: string;
  ink: string;
  muted: string;
  faint: string;
  line: string;
  accent: string;
  accentSoft: string;
  onAccent: string;
  warning: string;
  serious: string;
  good: string;
  /** Grey for what is not the message: bars, curves and bands in the background. */
  quiet: string;
  quieter: string;
  /** Eight colours for unordered groups, after Okabe and Ito (2008). */
  categorical: readonly string[];
  /** Nine steps of even lightness, from little to much. */
  sequential: readonly string[];
}

const STEPS = 9;

function ramp(from: number, to: number, chroma: number): string[] {
  return Array.from({ length: STEPS }, (_, step) => {
    const share = step / (STEPS - 1);
    // Chroma swells in the middle, where the gamut is widest, so that the ends stay quiet.
    return oklch(
      from + (to - from) * share,
      chroma * (0.22 + 0.78 * Math.sin(share * Math.PI * 0.62)),
      196 - 10 * share,
    );
  });
}

export const light: Palette = {
  name: "light",
  page: "#f5f5f2",
  surface: "#ffffff",
  raised: "#ffffff",
  sunken: "#eeeeea",
  ink: "#1b1f22",
  muted: "#595f66",
  faint: "#9a9fa5",
  line: "#e2e2dc",
  accent: "#0c635c",
  accentSoft: "#dcebe8",
  onAccent: "#ffffff",
  warning: "#8a5600",
  serious: "#b3261e",
  good: "#0c635c",
  quiet: "#b9bdc0",
  quieter: "#e7e8e5",
  categorical: [
    "#0072b2",
    "#e69f00",
    "#009e73",
    "#cc79a7",
    "#56b4e9",
    "#d55e00",
    "#c9b800",
    "#6b7076",
  ],
  sequential: ramp(0.965, 0.4, 0.095),
};

export const dark: Palette = {
  name: "dark",
  page: "#121517",
  surface: "#1a1e21",
  raised: "#22272b",
  sunken: "#0e1113",
  ink: "#eceeed",
  muted: "#a3abb1",
  faint: "#6a7278",
  line: "#2d3337",
  accent: "#5fc7b8",
  accentSoft: "#1d3a37",
  onAccent: "#06201d",
  warning: "#f0b357",
  serious: "#ff8a7d",
  good: "#5fc7b8",
  quiet: "#596167",
  quieter: "#2b3135",
  categorical: [
    "#4a9fd6",
    "#e69f00",
    "#1fb58a",
    "#d78fb6",
    "#7cc7f2",
    "#e8743b",
    "#d9cb3a",
    "#9aa1a7",
  ],
  sequential: ramp(0.27, 0.86, 0.1),
};

/** The colour of the sequential ramp at `share` (0…1). */
export function sequentialAt(palette: Palette, share: number): string {
  const step = Math.round(Math.min(1, Math.max(0, share)) * (STEPS - 1));
  return palette.sequential[step] ?? palette.surface;
}

/** Writes a palette into the custom properties that the style sheet uses. */
export function applyPalette(palette: Palette, root: HTMLElement): void {
  for (const [name, value] of Object.entries(palette)) {
    if (typeof value === "string" && value.startsWith("#")) {
      root.style.setProperty(`--${name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`, value);
    }
  }
  root.dataset.theme = palette.name;
  root.style.colorScheme = palette.name;
}
