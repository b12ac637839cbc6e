/** What R, F and M should count: the section at the end of the segments page. */
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

async function reveal(page: import("@playwright/test").Page): Promise<void> {
  await page.locator("#weights-heading").scrollIntoViewIfNeeded();
  await expect(page.locator("[data-chart=weights] [role=img]")).toBeVisible(LONG);
  await settled(page);
}

test.describe("weights of R, F and M", () => {
  test.use({ viewport: SIZES.desktop, locale: "en-GB" });

  test("wait for the reader, have a method, and can be used for the score", async ({ page }) => {
    const asked: string[] = [];
    page.on("request", (request) => {
      if (request.url().includes("/api/analyses/rfm-weights")) asked.push(request.url());
    });
    await open(page, "/segments");
    expect(asked).toEqual([]);
    await reveal(page);
    const section = page.locator("#weights-section");
    await expect(section.locator("> header p")).toContainText("of the later revenue");
    await page.getByRole("radio", { name: "Buys again" }).check({ force: true });
    await settled(page);
    await expect(page).toHaveURL(/weighing=logistic/);

    const classes = page.locator("[data-chart=classes] tbody");
    const before = await classes.innerText();
    await section.getByRole("button", { name: "Score with these weights" }).click();
    await settled(page);
    await expect(page).toHaveURL(/weights=0/);
    await expect(section).toContainText("Score and classes on this page use these weights");
    expect(await classes.innerText()).not.toBe(before);
    await page.getByRole("button", { name: /^Weights R · F · M/ }).click();
    await settled(page);
    await expect(page).not.toHaveURL(/weights=/);
    expect(await classes.innerText()).toBe(before);
  });

  test("say how good they were", async ({ page }) => {
    await open(page, "/segments?tables=weights-quality,weights");
    await page.locator("#weights-heading").scrollIntoViewIfNeeded();
    const quality = page.locator("[data-chart=weights-quality] tbody tr");
    await expect(quality.first()).toBeVisible(LONG);
    await expect(quality.filter({ hasText: "Equal weights" })).toHaveCount(1);
    await expect(quality.filter({ hasText: "M alone" })).toHaveCount(1);
    await expect(page.locator("[data-chart=weights] tbody tr")).toHaveCount(9);
  });
});

for (const language of LANGUAGES) {
  for (const size of Object.keys(SIZES) as Size[]) {
    test.describe(`weights ${language} ${size}`, () => {
      test.use({ viewport: SIZES[size], locale: language === "ko" ? "ko-KR" : "en-GB" });
      test("can be looked at", async ({ page }) => {
        await open(page, "/segments");
        await reveal(page);
        await screenshot(page, "weights", language, size);
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - window.innerWidth,
        );
        expect(overflow, "the page must not scroll sideways").toBeLessThanOrEqual(0);
        if (language === "en") await expectAccessible(page);
      });
    });
  }
}
