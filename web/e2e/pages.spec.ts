/**
 * Every page, in both languages and at both sizes: no errors, nothing wider than the screen, with a
 * screenshot. Accessibility is checked once for each size and theme: light in English, the colours again in
 * dark in Korean.
 */
import {
  expect,
  expectAccessible,
  LANGUAGES,
  open,
  revealCheck,
  screenshot,
  settled,
  SIZES,
  test,
  type Size,
} from "./support";

const PAGES = {
  overview: "/overview",
  data: "/data",
  segments: "/segments",
  profile: "/profile",
  clusters: "/clusters",
  cohorts: "/cohorts",
  customers: "/customers",
  audiences: "/audiences?rule=segment_class+%3D+%27platinum%27+AND+orders+BETWEEN+3+AND+9",
  value: "/value",
};

for (const language of LANGUAGES) {
  for (const size of Object.keys(SIZES) as Size[]) {
    test.describe(`${language} ${size}`, () => {
      test.use({ viewport: SIZES[size], locale: language === "ko" ? "ko-KR" : "en-GB" });

      for (const [name, path] of Object.entries(PAGES)) {
        test(name, async ({ page }) => {
          await open(page, path);
          await expect(page.locator("html")).toHaveAttribute("lang", language);
          await expect(page.locator("main h1 .sentence")).toHaveText(/\d/);
          if (name === "value") await revealCheck(page);
          await screenshot(page, name, language, size);
          const overflow = await page.evaluate(
            () => document.documentElement.scrollWidth - window.innerWidth,
          );
          expect(overflow, "the page must not scroll sideways").toBeLessThanOrEqual(0);
          const heading = await page.locator("main h1").boundingBox();
          const least = 0.7 * Math.min(1000, SIZES[size].width);
          expect(heading?.width, "the first sentence has the page's width").toBeGreaterThan(least);
          if (language === "en") await expectAccessible(page);
        });
      }

      test("one customer", async ({ page }) => {
        await open(page, "/customers");
        await page.locator("tbody button").first().click();
        await expect(page).toHaveURL(/\/customers\/.+/);
        await expect(page.locator("[data-chart=history] [role=img]")).toBeVisible();
        await open(page, page.url());
        await expect(page.locator("[data-chart=future] [role=img]").first()).toBeVisible({
          timeout: 20_000,
        });
        await settled(page);
        await screenshot(page, "customer", language, size);
        if (language === "en") await expectAccessible(page);
      });

      test("a segment", async ({ page }) => {
        await open(page, "/segments");
        await page.locator("[data-chart=segment-table] tbody button").first().click();
        const panel = page.getByRole("dialog");
        await expect(panel.locator("tbody tr").first()).toBeVisible();
        await screenshot(page, "segment-panel", language, size, false);
        if (language === "en") await expectAccessible(page);
      });

      test("a cohort", async ({ page }) => {
        await open(page, "/cohorts");
        await page.locator("[data-chart=values] tbody button").first().click();
        const panel = page.getByRole("dialog");
        await expect(panel.locator("[role=img]")).toBeVisible();
        await screenshot(page, "cohort-panel", language, size, false);
        if (language === "en") await expectAccessible(page);
      });

      if (language === "ko") {
        test("dark", async ({ page }) => {
          await page.emulateMedia({ colorScheme: "dark" });
          for (const [name, path] of Object.entries(PAGES)) {
            await open(page, path);
            if (name === "value") await revealCheck(page);
            await screenshot(page, `${name}-dark`, language, size);
            await expectAccessible(page, "colours");
          }
        });
      }
    });
  }
}
