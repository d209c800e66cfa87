/** Values with a gap on both sides: a line has nothing to draw there, so they are drawn as points. */

type Value = number | null | undefined;

/** Whether the line goes on in a direction: what is undefined is joined, null is a gap. */
function goesOn(values: ArrayLike<Value>, from: number, step: 1 | -1): boolean {
  for (let i = from + step; i >= 0 && i < values.length; i += step) {
    const value = values[i];
    if (value !== undefined) return value !== null;
  }
  return false;
}

/** Indices of the values that stand alone. */
export function alone(values: ArrayLike<Value>): number[] {
  const found: number[] = [];
  for (let i = 0; i < values.length; i += 1)
    if (typeof values[i] === "number" && !goesOn(values, i, -1) && !goesOn(values, i, 1)) found.push(i);
  return found;
}
