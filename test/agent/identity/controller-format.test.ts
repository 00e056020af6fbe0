import { ControllerFormatFacts, controllerFormat } from '../../../agent/identity/controller-format';
import { OperatorError } from '../../../agent/runtime/errors';

const configured = [1, 2, 3, 4, 5].map((id) => ({ id, host: `h${id}`, directoryId: `first-${id}` }));
const quorum = (...ids: number[]) => ({
  leaderId: ids[0],
  voters: ids.map((id) => ({ id, directoryId: `now-${id}`, lagMs: 0, logEndOffset: 10 })),
  observers: [],
});
const decide = (facts: Partial<ControllerFormatFacts>) =>
  controllerFormat({
    id: 4,
    isDynamic: true,
    configured,
    recorded: [],
    isLossAccepted: false,
    port: 9093,
    hostOf: (id) => `h${id}`,
    ...facts,
  });
const INITIAL = {
  done: [
    '--initial-controllers=1@h1:9093:first-1,2@h2:9093:first-2,3@h3:9093:first-3,4@h4:9093:first-4,5@h5:9093:first-5',
  ],
};

test('without a quorum, all configured controllers form one', () => {
  expect(decide({})).toEqual(INITIAL);
});

test('a controller that is not a voter of a quorum joins it as an observer', () => {
  expect(decide({ quorum: quorum(1, 2, 3), recorded: [1, 2, 3] })).toEqual({
    done: ['--no-initial-controllers'],
  });
});

test('a voter that lost its disk keeps the directory id that the quorum knows', () => {
  expect(decide({ quorum: quorum(1, 2, 4), recorded: [1, 2, 4] })).toEqual({
    done: ['--initial-controllers=1@h1:9093:now-1,2@h2:9093:now-2,4@h4:9093:now-4'],
  });
});

describe('while no controller leads a quorum that was formed before', () => {
  test('a new controller waits, so that it does not form another one', () => {
    expect(decide({ recorded: [1, 2, 3] })).toEqual({
      waitingFor: expect.stringContaining(
        'controller 4 has never been in the quorum of controllers 1, 2, 3, and joins it when it has a leader',
      ),
    });
  });

  test.each<[string, Partial<ControllerFormatFacts>]>([
    ['that was a voter', { recorded: [1, 4] }],
    ['whose operator accepts the loss of data', { recorded: [1, 2, 3], isLossAccepted: true }],
  ])('a controller %s is formatted for the configured quorum', (_, facts) => {
    expect(decide(facts)).toEqual(INITIAL);
  });
});

describe('in a static quorum', () => {
  const isDynamic = false;

  test('a voter needs no more arguments', () => {
    expect(decide({ isDynamic, quorum: quorum(1, 2, 3, 4, 5) })).toEqual({ done: [] });
    expect(decide({ isDynamic })).toEqual({ done: [] });
  });

  test('fails for a controller that is not a voter', () => {
    const join = () => decide({ isDynamic, quorum: quorum(1, 2, 3) });
    expect(join).toThrow(
      new OperatorError(
        'the quorum is static and its voters are 1, 2, 3, so controller 4 cannot join it',
        '',
      ),
    );
    try {
      join();
    } catch (error) {
      expect((error as OperatorError).hint).toBe(
        'set controllers.count back to 3: the number of controllers of a static quorum cannot change',
      );
    }
  });
});
