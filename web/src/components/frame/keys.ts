/** Keyboard shortcuts. They rest while the reader types or a dialog is open. */
import { goTo } from "$/state/view.svelte";
import { entries } from "./navigation";

interface Actions {
  search: () => void;
  help: () => void;
  filters: () => void;
}

/** A second key has to follow within this time. */
const CHORD_MS = 1200;

export function followKeys(actions: Actions): () => void {
  let chordUntil = 0;
  const press = (event: KeyboardEvent) => {
    if (event.metaKey || event.ctrlKey || event.altKey || event.defaultPrevented) return;
    const target = event.target as HTMLElement;
    if (target.closest("input, select, textarea, [contenteditable]")) return;
    if (document.querySelector("dialog[open]")) return;
    const inChord = performance.now() < chordUntil;
    chordUntil = 0;
    if (inChord) {
      const entry = entries.find((one) => one.key === event.key);
      if (!entry) return;
      goTo(entry.page);
    } else if (event.key === "g") {
      chordUntil = performance.now() + CHORD_MS;
    } else if (event.key === "/") actions.search();
    else if (event.key === "?") actions.help();
    else if (event.key === "f") actions.filters();
    else return;
    event.preventDefault();
  };
  document.addEventListener("keydown", press);
  return () => document.removeEventListener("keydown", press);
}
