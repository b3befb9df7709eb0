import { type Static, Type } from '@sinclair/typebox';
import {
  type AbstractConstructor,
  type Awaitable,
  type DetailParams,
  NotFound,
  post,
  type ResourceClass,
  type ResourceOptions,
  type ViewClass,
} from 'express-viewsets';

/** What happened, and how long it took in milliseconds. */
export interface AuditEntry {
  readonly operation: string;
  readonly outcome: 'done' | 'failed';
  readonly milliseconds: number;
}

export const auditLog: AuditEntry[] = [];

/** Adds behaviour to each action: `perform` runs around it. */
export function AuditMixin<C extends ViewClass>(Base: C): C {
  abstract class Audit extends Base {
    protected override async perform(call: () => Awaitable<unknown>): Promise<unknown> {
      const start = performance.now();
      const note = (outcome: AuditEntry['outcome']) =>
        auditLog.push({
          operation: this.action.operationId,
          outcome,
          milliseconds: performance.now() - start,
        });
      try {
        const result = await super.perform(call);
        note('done');
        return result;
      } catch (error) {
        note('failed');
        throw error;
      }
    }
  }
  return Audit;
}

/** Changes the results: whoever is no member of staff sees prices without cents. */
export function RoundedPricesMixin<C extends ViewClass>(Base: C): C {
  abstract class RoundedPrices extends Base {
    protected override async perform(call: () => Awaitable<unknown>): Promise<unknown> {
      const result = await super.perform(call);
      if (this.request.headers['x-staff'] === 'yes') return result;
      return Array.isArray(result) ? result.map(rounded) : rounded(result);
    }
  }
  return RoundedPrices;
}

function rounded(entity: unknown): unknown {
  const priced = entity as { price?: unknown } | null | undefined;
  return typeof priced?.price === 'number' ? { ...priced, price: Math.round(priced.price) } : entity;
}

const Archived = Type.Object({ archived_at: Type.String({ format: 'date-time' }) }, { $id: 'Archived' });

/** A view with `archive`: POST /{id}/archive. Its type says what the class has to write. */
export declare abstract class ArchiveView<R extends ResourceOptions> {
  abstract archiveOne(key: DetailParams<R>): Awaitable<Date | undefined>;
  archive(key: DetailParams<R>): Promise<{ archived_at: Date }>;
}

/** Adds an action: a row of static data, and the method that it names. */
export function ArchiveMixin<C extends ResourceClass>(
  Base: C,
): AbstractConstructor<ArchiveView<C['resource']>> & C {
  abstract class Archive extends Base {
    static override readonly actions = {
      archive: post({
        detail: true,
        response: Archived,
        errors: [NotFound],
        summary: 'Put it into the archive',
      }),
    };

    abstract archiveOne(key: unknown): Awaitable<Date | undefined>;

    async archive(key: unknown): Promise<{ archived_at: Date }> {
      const archived_at = await this.archiveOne(key);
      if (!archived_at) throw new NotFound();
      return { archived_at };
    }
  }
  return Archive as never;
}

export type Archived = Static<typeof Archived>;
