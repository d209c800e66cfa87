/** Keys made from names: people name things, and the key follows until they say otherwise. */

const LONGEST = 40;

/** A key like `north-hall-2` from "North hall 2"; names in other scripts get the next free `zone-3`. */
export function keyFrom(name: string, kind: string, taken: string[]): string {
  const plain = name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, LONGEST);
  const lost = /\p{L}/u.test(name.replace(/[\p{Script=Latin}]/gu, ""));
  const wanted = plain && !lost ? plain : "";
  if (wanted && !taken.includes(wanted)) return wanted;
  const stem = wanted || kind;
  for (let n = wanted ? 2 : 1; ; n += 1) if (!taken.includes(`${stem}-${n}`)) return `${stem}-${n}`;
}
