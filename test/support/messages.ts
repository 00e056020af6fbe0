/** Texts that are no number of things. */
export const NO_POSITIVE_INTEGERS = ['0', '-1', '1.5', '1e3', 'two', '', ' 2', '02', 'Infinity'];

/** The message about a text of `NO_POSITIVE_INTEGERS`. */
export function noPositiveInteger(setting: string, text: string): string {
  return `setting '${setting}' is '${text}'; write a whole number above zero`;
}

/** Names that cannot start the name of a Kubernetes object. */
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

/** The message about a name of `NO_LABELS`. */
export function noLabel(property: string, name: string): string {
  return `${property} '${name}' is not a DNS label; use lower case letters, digits and '-', starting with a letter`;
}
