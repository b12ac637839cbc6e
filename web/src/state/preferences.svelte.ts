/** Language and theme: the URL's language wins, then the reader's earlier choice, then the browser's. */
import type { Language } from "$/api";
import { browserLanguage } from "$/i18n";
import { dark, light, type Palette } from "$/theme/tokens";
import { setLanguage, view } from "./view.svelte";

export type Theme = "system" | "light" | "dark";

function remembered<T extends string>(key: string, allowed: readonly T[]): T | null {
  try {
    const value = localStorage.getItem(key);
    return allowed.find((one) => one === value) ?? null;
  } catch {
    return null;
  }
}

function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Without storage the choice holds until the page is closed.
  }
}

const darkSystem = matchMedia("(prefers-color-scheme: dark)");
const ownLanguage = remembered<Language>("dangol:language", ["en", "ko"]);

let theme = $state<Theme>(
  remembered<Theme>("dangol:theme", ["system", "light", "dark"]) ?? "system",
);
let systemIsDark = $state(darkSystem.matches);
let printing = $state(false);

darkSystem.addEventListener("change", (event) => (systemIsDark = event.matches));
// Paper is white: the charts are drawn again in the light palette before printing.
window.addEventListener("beforeprint", () => (printing = true));
window.addEventListener("afterprint", () => (printing = false));

export const preferences = {
  get language(): Language {
    return view.language ?? ownLanguage ?? browserLanguage(navigator.languages);
  },
  set language(language: Language) {
    remember("dangol:language", language);
    setLanguage(language);
  },
  get theme(): Theme {
    return theme;
  },
  set theme(choice: Theme) {
    remember("dangol:theme", choice);
    theme = choice;
  },
  get printing(): boolean {
    return printing;
  },
  get palette(): Palette {
    if (printing) return light;
    return theme === "dark" || (theme === "system" && systemIsDark) ? dark : light;
  },
};
