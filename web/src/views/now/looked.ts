/** Up to which event somebody has looked, remembered by this browser for each person. */
import { useState } from "react";

const NAME = "keepwell-looked";

function read(person: string): number | undefined {
  try {
    const found = Number(localStorage.getItem(`${NAME}:${person}`));
    return Number.isSafeInteger(found) && found > 0 ? found : undefined;
  } catch {
    return undefined; // a browser that keeps nothing
  }
}

/** The number of the newest event that was seen; undefined on the first visit. */
export function useLooked(person: string): [number | undefined, (newest: number) => void] {
  const [looked, setLooked] = useState(() => read(person));
  return [
    looked,
    (newest) => {
      setLooked(newest);
      try {
        localStorage.setItem(`${NAME}:${person}`, String(newest));
      } catch {
        // it holds until the page is closed
      }
    },
  ];
}
