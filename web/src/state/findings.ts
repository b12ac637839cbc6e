/** Which findings stand on which card of a page. */
import type { Finding } from "$/api";

/**
 * Findings by the card that shows what they are about; `rest` has those that no card shows,
 * so that none is lost.
 */
export function shareOut<Card extends string>(
  findings: Finding[] | undefined,
  cards: Record<Card, string[]>,
): Record<Card | "rest", Finding[]> {
  const shared = { rest: [] } as unknown as Record<Card | "rest", Finding[]>;
  const names = Object.keys(cards) as Card[];
  for (const name of names) shared[name] = [];
  for (const finding of findings ?? []) {
    const card = names.find(
      (name) => finding.about !== null && cards[name].includes(finding.about),
    );
    shared[card ?? "rest"].push(finding);
  }
  return shared;
}
