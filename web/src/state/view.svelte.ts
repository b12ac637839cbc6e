/** The view that the URL describes, as reactive state, and the only functions that change it. */
import { changeStarted } from "./latency";
import { formatView, noScope, parseView, type PageName, type Scope, type View } from "./url";
import { defaults } from "./url";

let current = $state.raw<View>(parseView(location.pathname, location.search));

// Each part on its own: whoever reads the language is not woken by a change of the filters, or all charts
// would be drawn once before the new answer is here and once with it.
const page = $derived(current.page);
const customer = $derived(current.customer);
const scope = $derived(current.scope);
const language = $derived(current.language);
const params = $derived(current.params);

/** Read-only: change it through the functions below. */
export const view = {
  get page() {
    return page;
  },
  get customer() {
    return customer;
  },
  get scope() {
    return scope;
  },
  get language() {
    return language;
  },
  get params() {
    return params;
  },
};

function show(next: View, how: "push" | "replace"): void {
  const url = formatView(next);
  if (url === formatView(current)) return;
  changeStarted();
  current = next;
  if (how === "push") history.pushState(null, "", url);
  else history.replaceState(null, "", url);
}

/** Goes to a page; filters stay, the page's own parameters start at their defaults. */
export function goTo(
  page: PageName,
  options: { customer?: string; params?: Record<string, string> } = {},
): void {
  show(target(page, options), "push");
  window.scrollTo(0, 0);
}

/** The address of a page with today's filters, for links. */
export function hrefTo(
  page: PageName,
  options: { customer?: string; params?: Record<string, string> } = {},
): string {
  return formatView(target(page, options));
}

function target(
  page: PageName,
  options: { customer?: string; params?: Record<string, string> },
): View {
  return {
    page,
    customer: options.customer ?? null,
    scope: current.scope,
    language: current.language,
    params: { ...defaults[page], ...options.params },
  };
}

export function setScope(change: Partial<Scope>): void {
  show({ ...current, scope: { ...current.scope, ...change } }, "push");
}

export function clearScope(): void {
  show({ ...current, scope: noScope }, "push");
}

/** Typing replaces the entry in the history; a choice adds one. */
export function setParams(change: Record<string, string>, how: "push" | "replace" = "push"): void {
  show({ ...current, params: { ...current.params, ...change } }, how);
}

export function setLanguage(language: "en" | "ko"): void {
  show({ ...current, language }, "replace");
}

/** Follows the browser's back and forward, and clicks on links inside the dashboard. */
export function followBrowser(): () => void {
  const back = () => {
    changeStarted();
    current = parseView(location.pathname, location.search);
  };
  const click = (event: MouseEvent) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element).closest("a");
    if (!link || link.target || link.hasAttribute("download")) return;
    if (link.origin !== location.origin || link.pathname.startsWith("/api/")) return;
    if (link.hash && link.pathname === location.pathname) return;
    event.preventDefault();
    show(parseView(link.pathname, link.search), "push");
    window.scrollTo(0, 0);
  };
  window.addEventListener("popstate", back);
  document.addEventListener("click", click);
  return () => {
    window.removeEventListener("popstate", back);
    document.removeEventListener("click", click);
  };
}
