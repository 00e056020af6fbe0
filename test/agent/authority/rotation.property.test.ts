/* Properties of the decision in any state. */
import fc from 'fast-check';
import { Facts } from '../../../agent/authority/decision';
import { endpointsOf } from '../../../agent/authority/endpoints';
import { EndpointResult, judgeEndpoints } from '../../../agent/authority/endpoint-checks';
import { SecretVerdict } from '../../../agent/authority/leaf-secret';
import { HandshakeOutcome } from '../../../agent/authority/handshake-outcome';
import { decideNextStep } from '../../../agent/authority/rotation';
import { Phase, PkiState, iso, trustedCaNumbers } from '../../../agent/authority/state';
import { DAY, pkiConfig } from './world';

const START = Date.parse('2027-01-01T00:00:00Z');
const RUNS = { numRuns: 200 };
const config = pkiConfig();
const endpoints = endpointsOf(config.endpoints);
const secretNames = config.certificates.map((leaf) => leaf.secret);

const outcome: fc.Arbitrary<HandshakeOutcome> = fc.oneof(
  fc.constant<HandshakeOutcome>({ kind: 'unreachable', reason: 'ECONNREFUSED' }),
  fc.constant<HandshakeOutcome>({ kind: 'accepted' }),
  fc.constant<HandshakeOutcome>({ kind: 'rejected', reason: 'unknown ca' }),
  fc.constant<HandshakeOutcome>({ kind: 'failed', reason: 'no handshake' }),
  fc
    .constantFrom('leaf of events-tls', 'another')
    .map<HandshakeOutcome>((fingerprint) => ({ kind: 'served', fingerprint })),
);
const endpointResults: fc.Arbitrary<EndpointResult[]> = fc.tuple(
  ...endpoints.map((endpoint) =>
    fc.record({ endpoint: fc.constant(endpoint), handshake: outcome, unreachableSeconds: fc.nat(60) }),
  ),
);

const state: fc.Arbitrary<PkiState> = fc
  .record({
    phase: fc.constantFrom<Phase>('stable', 'distributing-ca', 'reissuing', 'removing-ca'),
    settled: fc.boolean(),
    ages: fc.array(fc.nat(40 * DAY), { minLength: 2, maxLength: 2 }),
    of: fc.array(fc.constantFrom(1, 2), { minLength: 2, maxLength: 2 }),
  })
  .map(({ phase, settled, ages, of }) => {
    const numbers = phase === 'stable' ? [1] : [1, 2];
    const issuingCa = phase === 'reissuing' || phase === 'removing-ca' ? 2 : 1;
    return {
      version: 1,
      phase,
      since: iso(START),
      secretsWrittenAt: settled ? iso(START) : undefined,
      cas: numbers.map((number) => ({
        number,
        fingerprint: `ca ${number}`,
        serial: `4${number}`,
        issued: iso(START - 100 * DAY * 1000),
        notAfter: iso(START + 265 * DAY * 1000),
      })),
      issuingCa,
      certificates: Object.fromEntries(
        config.certificates.map(({ secret, commonName, dnsNames }, index) => [
          secret,
          {
            ca: phase === 'reissuing' ? of[index] : issuingCa,
            commonName,
            dnsNames,
            fingerprint: `leaf of ${secret}`,
            serial: '4f',
            issued: iso(START - ages[index] * 1000),
            notAfter: iso(START + (30 * DAY - ages[index]) * 1000),
          },
        ]),
      ),
      handledRequests: {},
    };
  });

const facts: fc.Arbitrary<Facts> = fc.record({
  config: fc.constant(config),
  state,
  now: fc.integer({ min: START, max: START + 300_000 }),
  requests: fc.record({
    renew: fc.option(fc.constant('jane: renew'), { nil: undefined }),
    rotate: fc.option(fc.constant('jane: rotate'), { nil: undefined }),
    pause: fc.option(fc.constant('jane: wait'), { nil: undefined }),
    ignored: fc.constant([]),
  }),
  secrets: fc
    .tuple(
      ...secretNames.map(() =>
        fc.constantFrom<SecretVerdict>('intact', 'intact', 'stale', 'previous', 'foreign', 'missing'),
      ),
    )
    .map((verdicts) => new Map(secretNames.map((name, index) => [name, verdicts[index]]))),
  endpointResults: fc.option(endpointResults, { nil: undefined }),
});

/** Facts of a phase in which only its endpoint check can block. */
const atEndpointCheck = (phase: Phase) =>
  facts.map((given) => ({
    ...given,
    now: START + 60_000 + (given.now % 60_000),
    state: {
      ...given.state,
      phase,
      issuingCa: phase === 'distributing-ca' ? 1 : 2,
      secretsWrittenAt: iso(START),
    },
    requests: { ignored: [] },
    secrets: new Map(secretNames.map((name) => [name, 'intact' as const])),
  }));

/** State after a step, as far as the decision determines it. */
const after = (given: Facts) => {
  const { step } = decideNextStep(given);
  return 'state' in step ? step.state : given.state;
};

test('a pause stops every phase, renewal and request', () => {
  fc.assert(
    fc.property(facts, (given) => {
      const paused = { ...given, requests: { ...given.requests, pause: 'jane: wait' } };
      const { step } = decideNextStep(paused);
      expect(['issue', 'write', 'save', 'wait']).toContain(step.do);
      expect({ ...after(paused), secretsWrittenAt: 0, rollout: 0 }).toEqual({
        ...given.state,
        secretsWrittenAt: 0,
        rollout: 0,
      });
      if (step.do === 'issue') {
        step.secrets.forEach((name) =>
          expect(['missing', 'foreign', 'previous']).toContain(given.secrets.get(name)),
        );
      }
    }),
    RUNS,
  );
});

test('no phase changes while a Secret is outdated', () => {
  fc.assert(
    fc.property(facts, (given) => {
      fc.pre([...given.secrets.values()].some((verdict) => verdict !== 'intact'));
      expect(['issue', 'write']).toContain(decideNextStep(given).step.do);
      expect(after(given).phase).toBe(given.state.phase);
      expect(trustedCaNumbers(after(given))).toEqual(trustedCaNumbers(given.state));
    }),
    RUNS,
  );
});

test('certificates of a new CA are issued only after all reachable endpoints have accepted it', () => {
  fc.assert(
    fc.property(atEndpointCheck('distributing-ca'), (given) => {
      fc.pre(given.state.cas.length === 2 && after(given).phase === 'reissuing');
      expect(given.now).toBeGreaterThanOrEqual(
        Date.parse(given.state.secretsWrittenAt!) + config.overlapSeconds * 1000,
      );
      const reached = given.endpointResults!.filter(({ handshake: { kind } }) => kind !== 'unreachable');
      expect(reached.length).toBeGreaterThan(0);
      given.endpointResults!.forEach(({ handshake: { kind }, unreachableSeconds }) => {
        if (kind === 'unreachable')
          expect(unreachableSeconds).toBeGreaterThanOrEqual(config.unreachableTimeoutSeconds);
      });
      expect(reached.every(({ handshake: { kind } }) => kind === 'accepted' || kind === 'served')).toBe(true);
    }),
    { numRuns: 200, maxSkipsPerRun: 10_000 },
  );
});

test('an old CA is removed only after no endpoint serves its certificates', () => {
  fc.assert(
    fc.property(atEndpointCheck('reissuing'), (given) => {
      fc.pre(given.state.cas.length === 2 && after(given).phase === 'removing-ca');
      expect(Object.values(given.state.certificates).map((leaf) => leaf.ca)).toEqual(
        secretNames.map(() => 2),
      );
      given.endpointResults!.forEach(({ handshake: one, unreachableSeconds }) => {
        if (one.kind === 'served') expect(one.fingerprint).toBe('leaf of events-tls');
        else {
          expect(one.kind).toBe('unreachable');
          expect(unreachableSeconds).toBeGreaterThanOrEqual(config.unreachableTimeoutSeconds);
        }
      });
    }),
    { numRuns: 200, maxSkipsPerRun: 10_000 },
  );
});

test('a handled request has no effect', () => {
  fc.assert(
    fc.property(facts, (given) => {
      const { renew, rotate } = given.requests;
      const handled = { ...given, state: { ...given.state, handledRequests: { renew, rotate } } };
      const withoutRequests = {
        ...handled,
        requests: { ...given.requests, renew: undefined, rotate: undefined },
      };
      expect(decideNextStep(handled)).toEqual(decideNextStep(withoutRequests));
    }),
    RUNS,
  );
});

test('an unreachable server is skipped exactly after the timeout', () => {
  fc.assert(
    fc.property(state, endpointResults, fc.nat(60), (given, all, seconds) => {
      const unreachable: EndpointResult = {
        endpoint: endpoints[0],
        handshake: { kind: 'unreachable', reason: 'ENOTFOUND' },
        unreachableSeconds: seconds,
      };
      const reachable: EndpointResult = { ...all[1], handshake: { kind: 'accepted' } };
      const verdict = judgeEndpoints(
        { kind: 'accepts', ca: 2 },
        [unreachable, reachable],
        given,
        config.unreachableTimeoutSeconds,
      );
      expect(verdict.passed).toBe(seconds >= config.unreachableTimeoutSeconds);
      expect(verdict.skipped).toEqual(verdict.passed ? ['events-1001:9092'] : []);
    }),
    RUNS,
  );
});
