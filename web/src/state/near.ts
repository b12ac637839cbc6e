/** What takes long is asked for when the reader comes near: calls `came` once, a little before `node` is on screen. */
export function whenNear(node: HTMLElement, came: () => void): { destroy: () => void } {
  const observer = new IntersectionObserver(
    ([entry]) => {
      if (!entry?.isIntersecting) return;
      observer.disconnect();
      came();
    },
    { rootMargin: "300px" },
  );
  observer.observe(node);
  return { destroy: () => observer.disconnect() };
}
