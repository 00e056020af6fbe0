/*
 * One run of the topic synchronization without changes, as a process of its own: HOST PORT TOPICS. The last line is the memory of
 * the process in MiB.
 */
import { clusterView } from '../../agent/kafka/cluster-view';
import { KafkaSession } from '../../agent/kafka/connection';
import { log } from '../../agent/runtime/log';
import { DEADLINE_MS, configOf, synchronize, topicsOf } from './inputs';

async function main([host, port, count]: readonly string[]): Promise<void> {
  log.info = () => undefined;
  const address = { host, port: Number(port) };
  const view = await KafkaSession.with(address, DEADLINE_MS, clusterView);
  await synchronize(address, configOf(view), topicsOf(Number(count), 1, 1));
  console.log(Math.round(process.resourceUsage().maxRSS / 1024));
}

void main(process.argv.slice(2));
