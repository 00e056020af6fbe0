/** Texts that are not a whole number above 0. */
export const NO_POSITIVE_INTEGERS = ['0', '-1', '1.5', '1e3', 'two', '', '2\u00a0', 'Infinity', '2147483648'];

/** Message for a text of `NO_POSITIVE_INTEGERS`. */
export function noPositiveInteger(owner: string, setting: string, text: string): string {
  return `setting '${setting}' of ${owner} is '${text}'; write a whole number from 1 to 2147483647`;
}

/** Texts that are not DNS labels. */
export const NO_LABELS = [
  '',
  'Events',
  '1events',
  '-events',
  'events-',
  'my_events',
  'my.events',
  'événements',
];

/** Message for a text of `NO_LABELS`. */
export function noLabel(property: string, name: string): string {
  return `${property} '${name}' is not a DNS label; use lower-case letters, digits and '-', starting with a letter`;
}
