/** The promotions page of the demo shop, whose customers use coupons. */
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

test.use({ viewport: SIZES.desktop, locale: "en-GB" });

/** Scrolls to the coupon planner and waits for its answer. */
async function revealPlan(page: Page): Promise<void> {
  await expect(page.locator("#plan-section")).toBeAttached({ timeout: 20_000 });
  await page.locator("#plan-section").scrollIntoViewIfNeeded();
  await expect(page.locator("[data-chart=plan] [role=img]")).toBeVisible({ timeout: 20_000 });
  await settled(page);
}

test("scheme and measure are in the address and change the picture", async ({ page }) => {
  await open(page, "/promotions");
  const response = page.locator("[data-chart=response]");
  const said = await response.locator("header p").innerText();
  await response.getByRole("radio", { name: "Customers" }).check({ force: true });
  await settled(page);
  await expect(page).toHaveURL(/measure=customers/);
  await expect(response.locator("header p")).not.toHaveText(said);
  await response.getByLabel("Segments").selectOption("nine");
  await settled(page);
  await expect(page).toHaveURL(/scheme=nine/);
  await response.getByRole("button", { name: /Options for/ }).click();
  await page.getByRole("menuitem", { name: "Show as table" }).click();
  expect(await response.locator("tbody tr").count()).toBeGreaterThan(5);
});

test("the coupon planner is asked for near the reader and follows its choices", async ({
  page,
}) => {
  const asked: string[] = [];
  page.on("request", (request) => {
    if (request.url().includes("/coupon-plan")) asked.push(request.url());
  });
  // A low window: how far down the plan begins hangs on what the shop knows of its offers.
  await page.setViewportSize({ width: SIZES.desktop.width, height: 400 });
  await open(page, "/promotions");
  expect(asked).toEqual([]);
  await page.setViewportSize(SIZES.desktop);
  await revealPlan(page);
  const plan = page.locator("[data-chart=plan]");
  await plan.getByLabel("Months ahead").selectOption("6");
  await settled(page);
  await expect(page).toHaveURL(/months=6/);
  await plan.getByRole("radio", { name: "Demand" }).check({ force: true });
  await expect(page).toHaveURL(/plan=demand/);
  await plan.getByRole("button", { name: /Options for/ }).click();
  await page.getByRole("menuitem", { name: "Show as table" }).click();
  // Every product in each of six months, with why.
  const rows = await plan.locator("tbody tr").count();
  expect(rows).toBeGreaterThan(0);
  expect(rows % 6).toBe(0);
  await expect(plan.locator("tbody tr").first()).toContainText(/stock|full price/);
  expect(asked.length).toBeGreaterThan(1);
});

for (const language of LANGUAGES) {
  for (const size of ["desktop", "phone"] as const) {
    test(`looks right in ${language} at ${size}`, async ({ page }) => {
      await page.setViewportSize(SIZES[size]);
      await open(page, `/promotions?lang=${language}`);
      await expect(page.locator("[data-chart=season] [role=img]")).toBeVisible({ timeout: 20_000 });
      await revealPlan(page);
      await expectAccessible(page);
      await screenshot(page, "promotions", language, size);
    });
  }
}
