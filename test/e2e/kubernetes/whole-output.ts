/*
 * On a busy machine, `kubectl exec` and `kubectl logs` silently truncate their output.
 */
const ATTEMPTS = 5;

/**
 * Reads JSON output, and repeats the call while it is truncated. The call must be idempotent.
 *
 * @throws if it was truncated each time
 */
export async function readJson<T>(what: string, read: () => Promise<string>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const text = (await read()).trim();
    try {
      return JSON.parse(text) as T;
    } catch (cause) {
      if (attempt === ATTEMPTS) {
        throw new Error(`the output of ${what} was truncated ${ATTEMPTS} times: ${text.slice(0, 200)}`, {
          cause,
        });
      }
    }
  }
}

/** Repeats a call while its output is truncated. Returns the last output if all were truncated. */
export async function readWhole(
  isWhole: (text: string) => boolean,
  read: () => Promise<string>,
): Promise<string> {
  let best = '';
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const text = await read();
    if (isWhole(text)) {
      return text;
    }
    best = text.length > best.length ? text : best;
  }
  return best;
}
