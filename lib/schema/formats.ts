import type { Format } from 'ajv';
import { fullFormats } from 'ajv-formats/dist/formats';

/** Formats that only describe: OpenAPI's sizes of numbers, and contents that are not checked. */
const describing = ['float', 'double', 'password', 'binary'];

const formats = new Map<string, Format>(Object.entries(fullFormats as Record<string, Format>));
for (const name of describing) formats.set(name, true);

/**
 * Adds a format for `Type.String({ format: name })`, before the views that use it are registered.
 *
 * @throws TypeError when another check already has the name.
 */
export function addFormat(name: string, check: RegExp | ((value: string) => boolean)): void {
  const before = formats.get(name);
  if (before && before !== check)
    throw new TypeError(`There is a format "${name}" already: choose another name.`);
  formats.set(name, check);
}

export function formatOf(name: string): Format | undefined {
  return formats.get(name);
}

export function formatNames(): string[] {
  return [...formats.keys()];
}
