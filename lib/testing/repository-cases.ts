import { comparisonCases } from './cases/comparisons.js';
import { hostileCases } from './cases/hostile.js';
import { keysetCases } from './cases/keyset.js';
import { logicCases } from './cases/logic.js';
import { orderCases } from './cases/order.js';
import { pageCases } from './cases/pages.js';
import { relationCases } from './cases/relations.js';
import { textCases } from './cases/text.js';
import { writeCases } from './cases/writes.js';
import { type Feature, features } from './features.js';
import { documentsOf } from './fixtures.js';
import type { CaseDefinition, SetUp } from './harness.js';

/** One thing that a repository has to do. */
export interface RepositoryCase {
  /** A sentence; no two cases share one. */
  readonly name: string;
  /** Why this case is not for the store: what it lacks, as it was declared. Undefined where the case has to pass. */
  readonly skip: string | undefined;
  /** Rejects with an error that says what was expected and what came. */
  readonly run: () => Promise<void>;
}

export interface RepositoryCasesOptions {
  /** What the store cannot do. Default: nothing. */
  readonly lacks?: readonly Feature[];
  /** How `created_at` is written in the values for `create` and `updateOne`. Default: as an ISO text. */
  readonly dateTime?: (text: string) => unknown;
}

const definitions: readonly CaseDefinition[] = [
  ...comparisonCases,
  ...logicCases,
  ...textCases,
  ...relationCases,
  ...orderCases,
  ...pageCases,
  ...keysetCases,
  ...writeCases,
  ...hostileCases,
];

/**
 * All that a repository has to do, as cases for any test runner:
 *
 * ```ts
 * for (const { name, run, skip } of repositoryCases(setUp, { lacks: ['lists'] })) {
 *   (skip ? test.skip : test)(name, run);
 * }
 * ```
 *
 * What a store lacks is declared, and its cases stay in the list with their reason, so that a report shows the difference.
 * They can be run all the same.
 *
 * @param setUp Makes a store of its own for each case, filled with the fixtures and with nothing else. What it returns is
 * closed after the case.
 * @throws TypeError when `lacks` names what is no feature.
 */
export function repositoryCases(
  setUp: SetUp,
  { lacks = [], dateTime = (text) => text }: RepositoryCasesOptions = {},
): RepositoryCase[] {
  for (const feature of lacks) {
    if (!Object.hasOwn(features, feature)) {
      throw new TypeError(
        `A store cannot lack "${feature}"; "lacks" takes ${Object.keys(features).join(', ')}.`,
      );
    }
  }
  const missing = new Set(lacks);
  return definitions.map(({ name, needs, fixtures, check }) => {
    const lacking = needs.filter((feature) => missing.has(feature));
    const run = async () => {
      const filled = fixtures();
      const { repository, close } = await setUpNamed(setUp, fixtures, name);
      try {
        await check({
          repository,
          fixtures: filled,
          documents: documentsOf(filled),
          lacks: missing,
          dateTime,
        });
      } finally {
        await close?.();
      }
    };
    const skip =
      lacking.length === 0
        ? undefined
        : `The store lacks ${lacking.map((feature) => features[feature]).join(', ')}.`;
    return { name, skip, run };
  });
}

/** The store gets fixtures of its own, which it may keep or change. */
async function setUpNamed(setUp: SetUp, fixtures: CaseDefinition['fixtures'], name: string) {
  const store = await setUp(fixtures());
  if (typeof store?.repository?.getFilteredPage !== 'function') {
    throw new TypeError(
      `The set-up has to return { repository, close? }; it did not for the case "${name}".`,
    );
  }
  return { repository: store.repository, close: () => store.close?.() };
}
