/*
 * On a busy machine `kubectl exec` and `kubectl logs` lose the rest of what is printed without a word.
 */
const ATTEMPTS = 5;

/**
 * Reads a text that is JSON, again while it is cut off. What prints it must do no harm when it is run again.
 *
 * @throws when it never came whole
 */
export async function readJson<T>(what: string, read: () => Promise<string>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const text = (await read()).trim();
    try {
      return JSON.parse(text) as T;
    } catch (cause) {
      if (attempt === ATTEMPTS) {
        throw new Error(`the output of ${what} was cut off ${ATTEMPTS} times: ${text.slice(0, 200)}`, {
          cause,
        });
      }
    }
  }
}

/** Reads a text again while it is cut off. If it never came whole, what there is of it has to do. */
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
