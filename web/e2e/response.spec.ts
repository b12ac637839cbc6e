/** Who responds to the next contact: the section that the segments page has in shops with contacts. */
import {
  expect,
  expectAccessible,
  LANGUAGES,
  open,
  screenshot,
  settled,
  SIZES,
  test,
  type Size,
} from "./support";

const LONG = { timeout: 30_000 };
const CONTACTS = process.env.DANGOL_URL_CONTACTS ?? "";

async function reveal(page: import("@playwright/test").Page): Promise<void> {
  await expect(page.locator("#response-heading")).toBeAttached(LONG);
  await page.locator("#response-heading").scrollIntoViewIfNeeded();
  await expect(page.locator("[data-chart=response-check] [role=img]")).toBeVisible(LONG);
  await settled(page);
}

test.describe("who responds", () => {
  test.use({ viewport: SIZES.desktop, locale: "en-GB" });

  test("is not asked in a shop without contacts", async ({ page }) => {
    await open(page, "/segments");
    await expect(page.locator("#weights-heading")).toBeAttached(LONG);
    await expect(page.locator("#response-heading")).toHaveCount(0);
  });

  test("waits for the reader, ranks customers, and leads to one of them", async ({ page }) => {
    const asked: string[] = [];
    page.on("request", (request) => {
      if (request.url().includes("/api/analyses/rfm-response")) asked.push(request.url());
    });
    await open(page, `${CONTACTS}/segments`);
    expect(asked).toEqual([]);
    await reveal(page);
    const section = page.locator("#response-section");
    await expect(section.locator("> header p")).toContainText("were responded to");
    await expect(section).toContainText("A response is not an uplift");
    // Whoever is ranked first has the largest expected value and opens on a click.
    const first = section.locator("[data-chart=response-customers] tbody tr").first();
    const id = (await first.locator("td, th").first().innerText()).trim();
    await first.click();
    await expect(page).toHaveURL(new RegExp(`/customers/${id}$`));
  });

  test("orders stand for answers where one asks for it", async ({ page }) => {
    await open(page, `${CONTACTS}/segments?tables=response-groups,response-rankings`);
    await expect(page.locator("#response-heading")).toBeAttached(LONG);
    await page.locator("#response-heading").scrollIntoViewIfNeeded();
    const groups = page.locator("[data-chart=response-groups] tbody tr");
    await expect(groups).toHaveCount(5, LONG);
    await expect(page.locator("[data-chart=response-rankings] tbody tr")).toHaveCount(4);
    const before = await page.locator("#response-heading + p").innerText();
    await page.getByRole("radio", { name: "Order", exact: true }).check({ force: true });
    await expect(page).toHaveURL(/response=ordered/);
    await expect(page.locator("#response-heading + p")).not.toHaveText(before, LONG);
  });
});

for (const language of LANGUAGES) {
  for (const size of Object.keys(SIZES) as Size[]) {
    test.describe(`response ${language} ${size}`, () => {
      test.use({ viewport: SIZES[size], locale: language === "ko" ? "ko-KR" : "en-GB" });
      test("can be looked at", async ({ page }) => {
        await open(page, `${CONTACTS}/segments`);
        await reveal(page);
        await screenshot(page, "response", language, size);
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - window.innerWidth,
        );
        expect(overflow, "the page must not scroll sideways").toBeLessThanOrEqual(0);
        if (language === "en") await expectAccessible(page);
      });
    });
  }
}
