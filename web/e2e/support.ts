/** What the browser tests share: a page that fails on any error, and waits for what is painted. */
import AxeBuilder from "@axe-core/playwright";
import { expect, test as base, type Page } from "@playwright/test";

export const LANGUAGES = ["en", "ko"] as const;
export type Language = (typeof LANGUAGES)[number];

export const SIZES = {
  desktop: { width: 1440, height: 900 },
  phone: { width: 390, height: 844 },
} as const;
export type Size = keyof typeof SIZES;

/** A page on which every error of the console or of a script fails the test. */
export const test = base.extend<{ failOnErrors: undefined }>({
  failOnErrors: [
    async ({ page }, use) => {
      const errors: string[] = [];
      page.on("pageerror", (error) => errors.push(`page: ${error.message}`));
      page.on("console", (message) => {
        // A refused request is told apart below, by its address.
        const refused = message.text().startsWith("Failed to load resource");
        if (message.type() === "error" && !refused) errors.push(`console: ${message.text()}`);
      });
      page.on("response", (response) => {
        const meant = response.url().includes("nobody-has-this-number");
        if (response.status() >= 400 && !meant)
          errors.push(`${response.status()} ${response.url()}`);
      });
      await use(undefined);
      expect(errors).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

/** Waits until the last change of the view is painted and nothing is under way. */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(
    () => {
      const marks = performance.getEntriesByName("dangol:change", "mark") as PerformanceMark[];
      const changes = marks.at(-1)?.detail ?? 0;
      const painted = document.documentElement.dataset.painted;
      return (
        painted !== undefined &&
        Number(painted) >= Number(changes) &&
        document.querySelector("main h1") !== null
      );
    },
    undefined,
    { timeout: 10_000 },
  );
  await page.evaluate(() => document.fonts.ready);
  await page.waitForTimeout(120);
}

export async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await settled(page);
}

/** Scrolls to the check on the value page, once the page has its first answer. */
export async function nearCheck(page: Page): Promise<void> {
  await expect(page.locator("#check-heading")).toBeAttached({ timeout: 20_000 });
  await page.locator("#check-heading").scrollIntoViewIfNeeded();
}

/** The check on the value page is asked for when the reader comes near; waits until it is there. */
export async function revealCheck(page: Page): Promise<void> {
  await nearCheck(page);
  await expect(page.locator("[data-chart=models] tbody tr").first()).toBeVisible({
    timeout: 20_000,
  });
  await settled(page);
  await page.evaluate(() => window.scrollTo(0, 0));
}

export async function screenshot(
  page: Page,
  name: string,
  language: Language,
  size: Size,
  fullPage = true,
): Promise<void> {
  const viewport = page.viewportSize();
  if (fullPage && viewport) {
    // What is fixed to the lower edge would otherwise lie across the middle of the picture.
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    await page.setViewportSize({ width: viewport.width, height });
    await page.waitForTimeout(80);
  }
  await page.screenshot({
    path: `test-results/screenshots/${name}-${language}-${size}.png`,
    animations: "disabled",
  });
  if (viewport) await page.setViewportSize(viewport);
}

/** All rules, or those alone that depend on the theme. */
export async function expectAccessible(page: Page, rules: "all" | "colours" = "all") {
  const axe = new AxeBuilder({ page });
  const { violations } = await (
    rules === "colours"
      ? axe.withRules(["color-contrast", "link-in-text-block"])
      : axe.withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
  ).analyze();
  const told = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(" | ")}`,
  );
  expect(told).toEqual([]);
}
