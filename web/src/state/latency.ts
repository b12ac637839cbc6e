/**
 * Marks how long a change takes to be on screen: `dangol:change` when the view changes,
 * `dangol:painted` after the frame in which the last answer was drawn, and the measure
 * `dangol:change-to-paint` between them. The number of the last painted change stands in
 * `<html data-painted>`, which is what the browser tests wait for.
 */
let change = 0;
let painted = 0;
let waiting = 0;
let scheduled = false;

export function changeStarted(): void {
  change += 1;
  performance.mark("dangol:change", { detail: change });
  // A change may need no answer (a language, a remembered answer): then the next frame shows it.
  queueMicrotask(schedule);
}

/** A request is under way; call the returned function once when its answer is in the state. */
export function awaiting(): () => void {
  waiting += 1;
  let open = true;
  return () => {
    if (!open) return;
    open = false;
    waiting -= 1;
    schedule();
  };
}

function schedule(): void {
  if (scheduled || waiting > 0) return;
  scheduled = true;
  requestAnimationFrame(() => {
    // A task posted from within a frame runs after that frame is painted.
    setTimeout(() => {
      scheduled = false;
      if (waiting === 0) mark();
    });
  });
}

function mark(): void {
  if (painted !== change) {
    painted = change;
    const started = performance.getEntriesByName("dangol:change", "mark").at(-1);
    performance.mark("dangol:painted", { detail: change });
    performance.measure("dangol:change-to-paint", {
      start: started?.startTime ?? 0,
      end: performance.now(),
      detail: change,
    });
  }
  document.documentElement.dataset.painted = String(painted);
}
