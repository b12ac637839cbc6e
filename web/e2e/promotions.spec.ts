/** The promotions page of the demo shop, whose customers use coupons. */
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

for (const language of LANGUAGES) {
  for (const size of ["desktop", "phone"] as const) {
    test(`looks right in ${language} at ${size}`, async ({ page }) => {
      await page.setViewportSize(SIZES[size]);
      await open(page, `/promotions?lang=${language}`);
      await expect(page.locator("[data-chart=season] [role=img]")).toBeVisible({ timeout: 20_000 });
      await expectAccessible(page);
      await screenshot(page, "promotions", language, size);
    });
  }
}
