import { readFile } from 'node:fs/promises';
import { BrokerConfig, FILES, LiveSettings, PATHS } from '../../lib/seam/agent-config';
import { ownBroker } from '../kafka/addresses';
import { alterSettings, describeBroker } from '../kafka/broker-settings';
import { recordEvent } from '../kubernetes/events';
import { SettingsEdges, SettingsKeeper } from '../live-settings/settings-keeper';
import { isListening } from '../port';
import { Metrics } from './metrics';

/** Who keeps the settings of a broker as its ConfigMap says, with the metrics of that. */
export function settingsKeeper(
  config: BrokerConfig,
  id: number,
  pod: { readonly name: string; readonly uid: string },
  metrics: Metrics,
): SettingsKeeper {
  const keeper = new SettingsKeeper(edgesOf(config, id, pod));
  metrics.add(
    'cdk8s_kafka_settings_pending',
    'Settings that the running broker does not have as its ConfigMap says',
    () => keeper.status.pending.length,
  );
  metrics.add(
    'cdk8s_kafka_settings_refused',
    'Settings of the ConfigMap that Kafka refuses',
    () => keeper.status.refused.length,
  );
  return keeper;
}

function edgesOf(
  config: BrokerConfig,
  id: number,
  pod: { readonly name: string; readonly uid: string },
): SettingsEdges {
  const address = ownBroker(config, id);
  return {
    read: readLiveSettings,
    isListening: () => isListening(config.internal.port),
    describe: () => describeBroker(address, id),
    alter: (scope, alterations) => alterSettings(address, scope === 'cluster' ? undefined : id, alterations),
    ticks: () => performance.now(),
    announce: (type, reason, message) =>
      recordEvent(config.namespace, { kind: 'Pod', ...pod }, type, reason, message),
  };
}

/** The kubelet replaces the file as a whole, so it is never seen half written. */
async function readLiveSettings(): Promise<LiveSettings | undefined> {
  const path = `${PATHS.config}/${FILES.liveSettings}`;
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') {
      return undefined;
    }
    throw error;
  });
  return text === undefined ? undefined : (JSON.parse(text) as LiveSettings);
}
