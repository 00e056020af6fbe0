/*
 * Random numbers of tests. E2E_SEED repeats those of an earlier run.
 */

/** The seed of this run. */
export function seedOfRun(): number {
  return Number(process.env.E2E_SEED ?? Date.now() % 1_000_000);
}

/** Random numbers from 0 to 1 that depend on the seed only (Lehmer). */
export function numbersOf(seed: number): () => number {
  let state = (seed % 2_147_483_646) + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
