/** A text without its numbers: lags and counts change every second, and what they are about does not. */
export function withoutNumbers(text: string): string {
  return text.replace(/\d+/g, '#');
}
