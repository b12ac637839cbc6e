/** A short message that goes away by itself; it is read out by screen readers. */
let text = $state("");
let timer: ReturnType<typeof setTimeout> | undefined;

export const notice = {
  get text() {
    return text;
  },
};

export function notify(message: string): void {
  clearTimeout(timer);
  text = message;
  timer = setTimeout(() => (text = ""), 3000);
}
