/*
 * The schemas of TypeBox, told by their shape. TypeBox's own `TSchema` is branded with a unique symbol that each copy
 * of it declares anew, and its ESM and its CommonJS declarations are two copies: with `TSchema` here, no application
 * that is an ES module could hand over a schema.
 */

/** A schema of TypeBox, such as `Type.String()`. */
export interface Schema {
  readonly params: unknown[];
  readonly static: unknown;
}

/** A `Type.Object({ ... })` of TypeBox. */
export interface ObjectSchema extends Schema {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, Schema>>;
}

/** The type of the values of a schema. */
export type Static<S extends Schema> = (S & { params: [] })['static'];
