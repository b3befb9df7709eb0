/** What a store may lack. Everything else is what any repository has to do. */
export const features = {
  relationToOne:
    'conditions on, and the order by, `category.name`; pages by it have positions, or the category in their items',
  nestedRelations: 'conditions on `category.parent.name`',
  relationToMany: 'conditions on `tags.name`',
  lists: 'conditions on the list of texts `labels`',
  booleans: '`true` and `false` that come back as such, and not as 1 and 0',
  largeIntegers: 'integers in `price` up to 2^53 - 1',
  microseconds: 'microseconds in `created_at`',
  unicodeCase: 'case that is ignored beyond ASCII',
  codePointOrder: 'texts in the order of their code points',
  generatedKeys: 'a key for what is created without one',
  uniqueFields: 'the names of the fields that have to be unique',
  closedFields: 'fields that are refused where the entity has none of that name',
} as const;

/** The name of something that a store may lack. */
export type Feature = keyof typeof features;
