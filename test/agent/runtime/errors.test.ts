import { reasonOf } from '../../../agent/runtime/errors';

const refused = (address: string) =>
  Object.assign(new Error(`connect ECONNREFUSED ${address}`), { code: 'ECONNREFUSED' });
const timedOut = (address: string) =>
  Object.assign(new Error(`connect ETIMEDOUT ${address}`), { code: 'ETIMEDOUT' });

function ownCause(message: string): Error {
  const error = new Error(message);
  error.cause = error;
  return error;
}

test.each<[string, unknown, string]>([
  ['an error', new Error('the disk is full'), 'the disk is full'],
  [
    'an error in a wrapper',
    new Error('it failed', { cause: new Error('the disk is full') }),
    'the disk is full',
  ],
  [
    'an error in two wrappers',
    new Error('it failed', { cause: new Error('again', { cause: new Error('the disk is full') }) }),
    'the disk is full',
  ],
  ['an error whose cause is not an error', new Error('it failed', { cause: { code: 7 } }), 'it failed'],
  ['several errors', new AggregateError([new Error('one'), new Error('two')]), 'one; two'],
  ['several equal errors', new AggregateError([new Error('one'), new Error('one')]), 'one'],
  ['an empty collection', new AggregateError([], 'nothing worked'), 'nothing worked'],
  [
    'a host whose addresses all refuse the connection',
    new AggregateError([refused('10.0.0.1:9091'), refused('10.0.0.2:9091')]),
    'ECONNREFUSED at all 2 addresses',
  ],
  [
    'a host with one address',
    new AggregateError([refused('10.0.0.1:9091')]),
    'connect ECONNREFUSED 10.0.0.1:9091',
  ],
  [
    'a host whose addresses fail differently',
    new AggregateError([refused('10.0.0.1:9091'), timedOut('10.0.0.2:9091')]),
    'connect ECONNREFUSED 10.0.0.1:9091; connect ETIMEDOUT 10.0.0.2:9091',
  ],
  [
    'a collection in a wrapper',
    new Error('it failed', { cause: new AggregateError([new Error('one'), new Error('two')]) }),
    'one; two',
  ],
  ['an error without a message', new TypeError(''), 'TypeError'],
  ['an error whose cause has no message', new Error('it failed', { cause: new Error('') }), 'Error'],
  ['an error that is its own cause', ownCause('it failed'), 'it failed'],
  [
    'a collection with an undefined error',
    new AggregateError([undefined, new Error('one')]),
    'undefined; one',
  ],
  ['a string', 'out of paper', 'out of paper'],
  ['undefined', undefined, 'undefined'],
])('the reason of %s', (_, error, reason) => {
  expect(reasonOf(error)).toBe(reason);
});
