/** The page of movement between segments, on the demo shop. */
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

test("scheme, date and edges are in the address and change the answer", async ({ page }) => {
  await open(page, "/movement");
  const sentence = page.locator("h1 .sentence");
  await expect(sentence).toContainText("rose to a better segment");
  const own = await sentence.innerText();
  await page.getByRole("radio", { name: "Kept from then" }).check({ force: true });
  await settled(page);
  await expect(page).toHaveURL(/edges=since/);
  await expect(sentence).not.toHaveText(own);
  await page.getByRole("radio", { name: "RFM class" }).check({ force: true });
  await settled(page);
  await expect(page).toHaveURL(/scheme=class/);
  await expect(page.locator("[data-chart=balance] tbody tr")).toHaveCount(3);
  await page.getByLabel("Compared with").fill("2024-09-30");
  await page.getByLabel("Compared with").blur();
  await expect(page).toHaveURL(/since=2024-09-30/);
  await expect(sentence).toContainText("30 Sept 2024");
});

test("the customers of a flow are listed and lead to the customer", async ({ page }) => {
  await open(page, "/movement?scheme=class&flow=platinum%3Agold");
  const movers = page.locator("[data-chart=movers]");
  await expect(movers.getByRole("heading", { name: "Platinum → Gold" })).toBeVisible();
  const flows = page.locator("[data-chart=matrix]");
  await flows.getByRole("button", { name: /Options for/ }).click();
  await page.getByRole("menuitem", { name: "Show as table" }).click();
  const row = flows.locator("tbody tr").filter({ hasText: /^\s*Platinum\s*Gold/ });
  const customers = Number((await row.locator("td").nth(2).innerText()).replaceAll(",", ""));
  expect(customers).toBeGreaterThan(0);
  await expect(movers.locator("header p")).toContainText(
    `${customers.toLocaleString("en-GB")} customers`,
  );
  await expect(movers.locator("tbody tr")).toHaveCount(Math.min(20, customers));
  await movers.locator("tbody tr").first().getByRole("button").click();
  await expect(page).toHaveURL(/\/customers\//);
});

for (const language of LANGUAGES) {
  for (const size of ["desktop", "phone"] as const) {
    test(`looks right in ${language} at ${size}`, async ({ page }) => {
      await page.setViewportSize(SIZES[size]);
      await open(page, `/movement?lang=${language}`);
      await expect(page.locator("[data-chart=way]")).toBeVisible({ timeout: 20_000 });
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - window.innerWidth,
      );
      expect(overflow, "the page must not scroll sideways").toBeLessThanOrEqual(0);
      await expectAccessible(page);
      await screenshot(page, "movement", language, size);
    });
  }
}
