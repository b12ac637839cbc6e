/**
 * Korean particles take their form from the last sound of the word before them:
 * 골드 등급은, 이탈 위험은 but 휴면 고객이 and 단골이; a number is read as it is spoken (3은, 2는).
 */

/** Last sound of a spoken digit: 영 일 이 삼 사 오 육 칠 팔 구. */
const DIGIT_ENDS_IN_CONSONANT = [true, true, false, true, false, false, true, true, true, false];
const DIGIT_ENDS_IN_RIEUL = [false, true, false, false, false, false, false, true, true, false];
const RIEUL = 8;
/** A sign stands before its number but is spoken after it: £3 is 3파운드. */
const SPOKEN_CURRENCY: Record<string, string> = {
  "₩": "원",
  "£": "파운드",
  $: "달러",
  "€": "유로",
  "¥": "엔",
};

interface Ending {
  consonant: boolean;
  rieul: boolean;
}

function endingOf(word: string): Ending {
  const currency = SPOKEN_CURRENCY[/^[-−]?(\p{Sc})/u.exec(word)?.[1] ?? ""];
  if (currency) return endingOf(currency);
  const last = [...word.replace(/[)\]’”"'\s]+$/u, "")].at(-1) ?? "";
  const code = last.codePointAt(0) ?? 0;
  if (code >= 0xac00 && code <= 0xd7a3) {
    const final = (code - 0xac00) % 28;
    return { consonant: final !== 0, rieul: final === RIEUL };
  }
  if (/\d/.test(last)) {
    return {
      consonant: DIGIT_ENDS_IN_CONSONANT[Number(last)] ?? false,
      rieul: DIGIT_ENDS_IN_RIEUL[Number(last)] ?? false,
    };
  }
  if (last === "%") return { consonant: false, rieul: false };
  return { consonant: /[lmnr]/i.test(last), rieul: /l/i.test(last) };
}

/** `pair` is written consonant form first: "은/는", "이/가", "을/를", "과/와", "으로/로". */
export function withParticle(word: string, pair: string): string {
  const [afterConsonant = "", afterVowel = ""] = pair.split("/");
  const { consonant, rieul } = endingOf(word);
  if (afterConsonant === "으로" && rieul) return word + afterVowel;
  return word + (consonant ? afterConsonant : afterVowel);
}
