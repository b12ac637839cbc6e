/** The channels page, on a shop with spend and channels where there is one, and on the demo shop, which has neither. */
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

const shop = process.env.DANGOL_URL_KPI_LAB;

test.describe("without spend and channels", () => {
  test.use({ viewport: SIZES.desktop, locale: "en-GB" });
  test("the page says what would switch it on, and shows what there is", async ({ page }) => {
    await open(page, "/channels");
    await expect(page.locator("main")).toContainText("acquisition_channel");
    await expect(page.locator("[data-chart=gateway]")).toBeVisible({ timeout: 20_000 });
    await expectAccessible(page);
  });
});

test.describe("with both", () => {
  test.skip(!shop, "no KPI exercise at hand");
  test.use({ baseURL: shop, viewport: SIZES.desktop, locale: "en-GB" });

  test("the value set against the cost, the margin and the budget are in the address", async ({
    page,
  }) => {
    await open(page, "/channels");
    const ratio = page.locator("main ul li .value").nth(2);
    const whole = await ratio.innerText();
    await page.getByLabel("Margin, %").fill("40");
    await page.getByLabel("Margin, %").blur();
    await settled(page);
    await expect(page).toHaveURL(/margin=40/);
    await expect(ratio).not.toHaveText(whole);
    await page.getByRole("radio", { name: "Model" }).check({ force: true });
    await settled(page);
    await expect(page).toHaveURL(/ltv=model/);
    const budget = page.locator("[data-chart=budget]");
    const said = await budget.locator("header p").innerText();
    await page.getByLabel("Budget a month").fill("3000");
    await page.getByLabel("Budget a month").blur();
    await settled(page);
    await expect(page).toHaveURL(/budget=3000/);
    await expect(budget.locator("header p")).not.toHaveText(said);
    await page.reload();
    await settled(page);
    await expect(page.getByLabel("Budget a month")).toHaveValue("3,000");
  });

  for (const language of LANGUAGES) {
    for (const size of ["desktop", "phone"] as const) {
      test(`looks right in ${language} at ${size}`, async ({ page }) => {
        await page.setViewportSize(SIZES[size]);
        await open(page, `/channels?lang=${language}`);
        await expect(
          page.locator("[data-chart=curve] canvas, [data-chart=curve] svg").first(),
        ).toBeVisible({
          timeout: 20_000,
        });
        await expect(page.locator("[data-chart=table] tbody tr")).toHaveCount(6);
        await expectAccessible(page);
        await screenshot(page, "channels", language, size);
      });
    }
  }
});
