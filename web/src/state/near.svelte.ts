/**
 * Where a part of the page stands to the reader. What takes long is asked for while it is close, a little before it is
 * on screen; away from it nothing is asked, and what was there stays until the reader comes back.
 */
export class Nearness {
  /** Less than a third of a screen away. */
  close = $state(false);
  /** Some of it is on screen: a change of the view is painted only once this is. */
  seen = $state(false);

  /** For `use:`. */
  readonly watch = (node: HTMLElement): { destroy: () => void } => {
    const watched = [
      observed(node, "300px", (near) => (this.close = near)),
      observed(node, "0px", (on) => (this.seen = on)),
    ];
    return { destroy: () => watched.forEach((observer) => observer.disconnect()) };
  };
}

function observed(
  node: HTMLElement,
  rootMargin: string,
  tell: (intersects: boolean) => void,
): IntersectionObserver {
  const observer = new IntersectionObserver(
    (entries) => tell(entries.at(-1)?.isIntersecting ?? false),
    { rootMargin },
  );
  observer.observe(node);
  return observer;
}
