/** What is done with properties of a body that its schema does not declare. */
export type UnknownProperties = 'drop' | 'forbid' | 'keep';

/** How the names of properties are spelt on the wire: as in the schemas, or in snake_case over camelCase properties. */
export type Naming = 'as_is' | 'snake_case';

/** How much of a result is checked: a misfit is a 500 problem, or a log line, or is sent as it is. */
export type ResponseCheck = true | 'log' | false;
