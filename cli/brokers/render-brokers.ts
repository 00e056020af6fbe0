/*
 * Brokers as people read them.
 */
import { FormerLocation } from '../../agent/identity/server-location';
import { plural } from '../../agent/text/plural';
import { describeRefill } from './agent-reports';
import { BrokerRow } from './broker-rows';

const COLUMNS = ['BROKER', 'MAP', 'NODE', 'ZONE', 'VOLUMES', 'FIRST SEEN', 'MOVES', 'STATE'] as const;

/** Lines of a table. */
export function renderBrokers(brokers: readonly BrokerRow[]): string[] {
  const table = [
    [...COLUMNS],
    ...brokers.map((broker) => {
      const { id, map, node, zone, volumes, firstSeen, formerLocations = [] } = broker;
      return [
        String(id),
        map,
        node ?? '-',
        zone ?? '-',
        volumes?.join(',') || '-',
        minute(firstSeen),
        String(formerLocations.length),
        stateOf(broker),
      ];
    }),
  ];
  const widths = COLUMNS.map((_, column) => Math.max(...table.map((row) => row[column].length)));
  return table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd(),
  );
}

/** Lines about one broker: its location, and the earlier ones. */
export function renderBroker(broker: BrokerRow): string[] {
  const { id, map, disks = [], firstSeen, firstInSync, lastSeen, formerLocations = [] } = broker;
  return [
    `Broker ${id} of map ${map}: ${stateOf(broker)}`,
    `  ${placeOf(broker)}`,
    `  ${disks.length === 0 ? 'no disk is recorded' : `disks ${disks.join(', ')}`}`,
    `  first seen ${minute(firstSeen)}, first in sync ${minute(firstInSync)}, last seen ${minute(lastSeen)}`,
    ...(formerLocations.length === 0
      ? ['The ledger has no earlier location.']
      : [`${plural(formerLocations.length, 'earlier location')}, the last one first`]),
    ...formerLocations.map((location) => `  until ${minute(location.until)}  ${placeOf(location)}`),
  ];
}

function stateOf({ state, reason, refill }: BrokerRow): string {
  const progress = refill === undefined ? '' : `; ${describeRefill(refill)}`;
  return reason === undefined ? state : `${state}: ${reason}${progress}`;
}

function placeOf({ node, zone, volumes = [] }: Partial<FormerLocation>): string {
  return [
    `node ${node ?? 'unknown'}`,
    ...(zone === undefined ? [] : [`zone ${zone}`]),
    ...(volumes.length === 0 ? [] : [`volumes ${volumes.join(', ')}`]),
  ].join(', ');
}

/** Time in UTC without seconds. */
function minute(time: string | undefined): string {
  return time === undefined ? '-' : time.slice(0, 16).replace('T', ' ');
}
