/** The profile page: its pickers, its table and definition, and hypotheses that one states. */
import { expect, open, settled, SIZES, test } from "./support";

test.use({ viewport: SIZES.desktop, locale: "en-GB" });

test("group and grouping are in the address and change the first sentence", async ({ page }) => {
  await open(page, "/profile");
  const sentence = page.locator("main h1 .sentence");
  await expect(page.getByLabel("Group", { exact: true })).toHaveValue("at_risk");
  const before = await sentence.innerText();
  await page.getByLabel("Group", { exact: true }).selectOption("vip_champions");
  await settled(page);
  await expect(page).toHaveURL(/group=vip_champions/);
  expect(await sentence.innerText()).not.toBe(before);
  await page.getByLabel("Grouping", { exact: true }).selectOption("class");
  await settled(page);
  await expect(page).toHaveURL(/scheme=class/);
  await expect(page).not.toHaveURL(/group=/);
  await expect(page.locator("[data-chart=tests] tbody tr").first()).toBeVisible();
  await page.reload();
  await settled(page);
  await expect(page.getByLabel("Grouping", { exact: true })).toHaveValue("class");
});

test("the best segment against the rest is one click from the segments page, any other two", async ({
  page,
}) => {
  await open(page, "/segments");
  await page.locator("#best-against-rest").click();
  await settled(page);
  await expect(page).toHaveURL(/\/profile\?.*group=/);
  const group = page.getByLabel("Group", { exact: true });
  await expect(group).toHaveValue("vip_champions");
  await expect(page.locator("[data-chart=tests] tbody tr").first()).toBeVisible();

  await open(page, "/segments?scheme=class&selected=silver");
  await page.getByRole("link", { name: "Compare with everybody else" }).click();
  await settled(page);
  await expect(group).toHaveValue("silver");
  await expect(page.getByLabel("Grouping", { exact: true })).toHaveValue("class");
});

test("pictures have a table with index, interval and p, and a definition", async ({ page }) => {
  await open(page, "/profile");
  const weekday = page.locator("[data-chart=weekday]");
  await weekday.getByRole("button", { name: /Options for/ }).click();
  await page.getByRole("menuitem", { name: "Show as table" }).click();
  await expect(weekday.locator("thead")).toContainText("Index");
  await expect(weekday.locator("tbody tr")).toHaveCount(7);
  await weekday.getByRole("button", { name: /Options for/ }).click();
  await page.getByRole("menuitem", { name: "How is this computed?" }).click();
  await expect(page.getByRole("dialog")).toContainText("100 is the average");
});

test("a stated hypothesis gets a verdict and stays in the address", async ({ page }) => {
  await open(page, "/profile");
  const card = page.locator("[data-chart=hypotheses]");
  await expect(card.locator(".verdicts li").first()).toBeVisible();
  await card.getByLabel("Measure", { exact: true }).selectOption("weekday:6");
  await card.getByLabel("Statement", { exact: true }).selectOption("higher");
  await card.getByRole("button", { name: "Test it" }).click();
  await settled(page);
  await expect(page).toHaveURL(/hypotheses=weekday/);
  await expect(card.locator(".verdicts li")).toHaveCount(1);
  await expect(card.locator(".verdicts")).toContainText("Saturday");
  await card.getByRole("button", { name: /^Remove/ }).click();
  await settled(page);
  await expect(page).not.toHaveURL(/hypotheses=/);
});
