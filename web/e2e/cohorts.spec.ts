/** The cohorts page of a shop whose young cohorts can be projected. */
import type { Page } from "@playwright/test";
import {
  expect,
  expectAccessible,
  LANGUAGES,
  open,
  screenshot,
  settled,
  SIZES,
  test,
} from "./support";

test.use({
  viewport: SIZES.desktop,
  locale: "en-GB",
  baseURL: process.env.DANGOL_URL_BABY_SHOP ?? process.env.DANGOL_URL,
});

/** Models are fitted for it, once the reader is near. */
const PROJECTED = { timeout: 30_000 };

async function nearOutlook(page: Page): Promise<void> {
  await page.locator("#outlook-section").scrollIntoViewIfNeeded();
}

test.describe("a shop with young cohorts", () => {
  test.skip(!process.env.DANGOL_URL_BABY_SHOP, "no test data");

  test("values are observed or projected, after 6 or 12 months", async ({ page }) => {
    await open(page, "/cohorts");
    await nearOutlook(page);
    const outlook = page.locator("[data-chart=outlook]");
    await expect(outlook.locator("[role=img]")).toBeVisible(PROJECTED);
    await expect(outlook.locator("h2")).toHaveText("Value after 12 months by cohort");
    for (const part of ["Observed", "So far", "Still expected, with 90% interval"]) {
      await expect(outlook.getByText(part, { exact: true })).toBeVisible();
    }
    const said = await outlook.locator("header p").innerText();
    await outlook.getByRole("radio", { name: "6 months" }).check({ force: true });
    await settled(page);
    await expect(page).toHaveURL(/months=6/);
    await expect(outlook.locator("header p")).not.toHaveText(said);
    await outlook.getByRole("button", { name: /Options for/ }).click();
    await page.getByRole("menuitem", { name: "Show as table" }).click();
    const projected = outlook.locator("tbody tr", { hasText: "Projected" });
    expect(await projected.count()).toBeGreaterThan(5);
  });

  test("the trial says how many values were held", async ({ page }) => {
    await open(page, "/cohorts");
    await nearOutlook(page);
    const trial = page.locator("[data-chart=trial]");
    await expect(trial.locator("header p")).toContainText(/\d+ of \d+ intervals/, PROJECTED);
    await expect(trial.getByText(/Tried out from/)).toBeVisible();
  });

  test("best and worst stand with and without luck, and with what sets them apart", async ({
    page,
  }) => {
    await open(page, "/cohorts");
    await page.locator("#contrast-section").scrollIntoViewIfNeeded();
    await expect(page.locator("[data-chart=ranked] header p")).toContainText(/best third/i);
    const contrast = page.locator("[data-chart=contrast]");
    await expect(contrast.locator("thead")).toContainText("Chance?");
    expect(await contrast.locator("tbody tr").count()).toBeGreaterThan(3);
  });

  for (const language of LANGUAGES) {
    for (const size of ["desktop", "phone"] as const) {
      test(`looks right in ${language} at ${size}`, async ({ page }) => {
        await page.setViewportSize(SIZES[size]);
        await open(page, `/cohorts?lang=${language}`);
        await nearOutlook(page);
        await expect(page.locator("[data-chart=trial] [role=img]")).toBeVisible(PROJECTED);
        await page.locator("#contrast-section").scrollIntoViewIfNeeded();
        await expect(page.locator("[data-chart=contrast] tbody")).toBeVisible(PROJECTED);
        await settled(page);
        await expectAccessible(page);
        await screenshot(page, "cohort-values", language, size);
      });
    }
  }
});
