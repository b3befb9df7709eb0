/** @throws TypeError for a limit that is no integer from 1. */
export function checkCount(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new TypeError(`${name} is ${String(value)}: it has to be an integer from 1.`);
  }
}
