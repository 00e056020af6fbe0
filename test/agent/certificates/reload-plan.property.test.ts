import * as fc from 'fast-check';
import { union } from '../../../agent/certificates/bundle';
import { untrustedReason } from '../../../agent/certificates/chain';
import { Stores, validateFiles } from '../../../agent/certificates/validation';
import { isSameStores, planReload } from '../../../agent/certificates/reload-plan';
import { TestAuthority } from './test-authority';

const DEMANDS = { hasLeaf: true, names: ['localhost'], uses: ['server', 'client'] } as const;
const NOW = Date.now();

/** Stores that are fit: two certificates of each of three CAs, with every bundle that has their CA. */
let all: Stores[];

beforeAll(async () => {
  const cas = await Promise.all(['a', 'b', 'c'].map((name) => TestAuthority.create(name)));
  const bundles = [1, 2, 3, 4, 5, 6, 7].map((bits) => cas.filter((_, index) => bits & (1 << index)));
  const found: Stores[] = [];
  for (const ca of [...cas, ...cas]) {
    const leaf = await ca.issue();
    for (const bundle of bundles) {
      const trusted = bundle.map(({ certificate }) => certificate).join('');
      const fitness = validateFiles({ ...leaf, trusted }, DEMANDS, NOW);
      if (fitness.isValid) {
        found.push(fitness.stores);
      }
    }
  }
  all = found;
});

/** Checks something for the steps from any stores to any others. */
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

function trusts({ trusted }: Stores, { keyEntry: identity }: Stores): boolean {
  return untrustedReason(identity!.chain, trusted, NOW) === undefined;
}

test('every step ends where it should, and the last one with what is wanted', () => {
  forAll((_, wanted, path) => isSameStores(path.at(-1)!, wanted));
});

test('in each step the certificate verifies against the CAs that are written with it', () => {
  forAll((_, __, path) => path.every((stores) => trusts(stores, stores)));
});

test('Kafka refuses none: the old CAs vouch for the next certificate, and the next CAs for the old one', () => {
  forAll((_, __, path) =>
    path.slice(1).every((next, index) => trusts(path[index], next) && trusts(next, path[index])),
  );
});

test('each step changes one file, since Kafka may read at any moment', () => {
  forAll((_, __, path) =>
    path.slice(1).every((next, index) => {
      const before = path[index];
      const isSameTrust = isSameStores({ trusted: before.trusted }, { trusted: next.trusted });
      const isSameLeaf = before.keyEntry!.chain[0].fingerprint256 === next.keyEntry!.chain[0].fingerprint256;
      return isSameTrust !== isSameLeaf;
    }),
  );
});

test('no step is there in vain', () => {
  forAll(
    (current, wanted, path) => path.length <= 4 && (!isSameStores(current, wanted) || path.length === 1),
  );
});

test('nobody is trusted in between who is trusted neither before nor after', () => {
  forAll((current, wanted, path) => {
    const known = new Set(union(current.trusted, wanted.trusted).map((ca) => ca.fingerprint256));
    return path.every(({ trusted }) => trusted.every((ca) => known.has(ca.fingerprint256)));
  });
});

test('a plan that breaks off goes on with the steps that are left', () => {
  forAll((_, wanted, path) =>
    path.every((stores, index) => planReload(stores, wanted, NOW).length === path.length - 1 - index),
  );
});

test('a certificate whose CA goes must be refused at the end, and only then', () => {
  fc.assert(
    fc.property(fc.nat(all.length - 1), fc.nat(all.length - 1), (from, to) => {
      const steps = planReload(all[from], all[to], NOW);
      const goes = !trusts(all[to], all[from]);
      return steps.every(
        ({ mustReject: refuses }, index) => (refuses !== undefined) === (goes && index === steps.length - 1),
      );
    }),
  );
});
