/** The first items of a list, followed by the number of omitted items. */
export function truncatedItems(items: readonly string[], limit = 5): string[] {
  const omitted = items.length - limit;
  return omitted <= 0 ? [...items] : [...items.slice(0, limit), `and ${omitted} more`];
}

/** The same as one text, with commas between the items. */
export function truncatedList(items: readonly string[], limit = 5): string {
  const shown = items.slice(0, limit).join(', ');
  return [shown, ...truncatedItems(items, limit).slice(limit)].join(' ').trim();
}
