import * as fc from 'fast-check';
import { union } from '../../../agent/certificates/bundle';
import { untrustedReason } from '../../../agent/certificates/chain';
import { Stores, validateFiles } from '../../../agent/certificates/validation';
import { isSameStores, planReload } from '../../../agent/certificates/reload-plan';
import { TestAuthority } from './test-authority';

const REQUIREMENTS = { hasCertificate: true, names: ['localhost'], uses: ['server', 'client'] } as const;
const NOW = Date.now();

/** Valid stores: two certificates of each of three CAs, with every bundle that contains their CA. */
let all: Stores[];

beforeAll(async () => {
  const cas = await Promise.all(['a', 'b', 'c'].map((name) => TestAuthority.create(name)));
  const bundles = [1, 2, 3, 4, 5, 6, 7].map((bits) => cas.filter((_, index) => bits & (1 << index)));
  const found: Stores[] = [];
  for (const ca of [...cas, ...cas]) {
    const leaf = await ca.issue();
    for (const bundle of bundles) {
      const trusted = bundle.map(({ certificate }) => certificate).join('');
      const result = validateFiles({ ...leaf, trusted }, REQUIREMENTS, NOW);
      if (result.isValid) {
        found.push(result.stores);
      }
    }
  }
  all = found;
});

/** Checks the steps from any stores to any other stores. */
function forAll(check: (current: Stores, wanted: Stores, path: readonly Stores[]) => boolean): void {
  fc.assert(
    fc.property(fc.nat(all.length - 1), fc.nat(all.length - 1), (from, to) => {
      const [current, wanted] = [all[from], all[to]];
      return check(current, wanted, [
        current,
        ...planReload(current, wanted, NOW).map(({ stores }) => stores),
      ]);
    }),
    { numRuns: 40 },
  );
}

function trusts({ trusted }: Stores, { keyEntry }: Stores): boolean {
  return untrustedReason(keyEntry!.chain, trusted, NOW) === undefined;
}

test('the last step ends with the desired stores', () => {
  forAll((_, wanted, path) => isSameStores(path.at(-1)!, wanted));
});

test('in each step the CAs trust the certificate', () => {
  forAll((_, __, path) => path.every((stores) => trusts(stores, stores)));
});

test('Kafka accepts each step: the old CAs trust the next certificate, and the next CAs trust the old one', () => {
  forAll((_, __, path) =>
    path.slice(1).every((next, index) => trusts(path[index], next) && trusts(next, path[index])),
  );
});

test('each step changes one file, because Kafka may read at any time', () => {
  forAll((_, __, path) =>
    path.slice(1).every((next, index) => {
      const before = path[index];
      const isSameTrust = isSameStores({ trusted: before.trusted }, { trusted: next.trusted });
      const isSameLeaf = before.keyEntry!.chain[0].fingerprint256 === next.keyEntry!.chain[0].fingerprint256;
      return isSameTrust !== isSameLeaf;
    }),
  );
});

test('no step is redundant', () => {
  forAll(
    (current, wanted, path) => path.length <= 4 && (!isSameStores(current, wanted) || path.length === 1),
  );
});

test('no step trusts a CA that is trusted neither before nor after', () => {
  forAll((current, wanted, path) => {
    const known = new Set(union(current.trusted, wanted.trusted).map((ca) => ca.fingerprint256));
    return path.every(({ trusted }) => trusted.every((ca) => known.has(ca.fingerprint256)));
  });
});

test('an interrupted plan continues with the remaining steps', () => {
  forAll((_, wanted, path) =>
    path.every((stores, index) => planReload(stores, wanted, NOW).length === path.length - 1 - index),
  );
});

test('only the last step requires that a certificate of a removed CA is rejected', () => {
  fc.assert(
    fc.property(fc.nat(all.length - 1), fc.nat(all.length - 1), (from, to) => {
      const steps = planReload(all[from], all[to], NOW);
      const isRemoved = !trusts(all[to], all[from]);
      return steps.every(
        ({ mustReject }, index) => (mustReject !== undefined) === (isRemoved && index === steps.length - 1),
      );
    }),
  );
});
