/** The time in the format of Leases, which requires six decimal places. */
export function microTime(): string {
  return new Date().toISOString().replace('Z', '000Z');
}
