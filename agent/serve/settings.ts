import { readFile } from 'node:fs/promises';
import { BrokerConfig, FILES, LiveSettings, PATHS } from '../../lib/seam/agent-config';
import { ownBroker } from '../kafka/addresses';
import { alterBrokerSettings, describeBrokerSettings } from '../kafka/broker-settings';
import { recordEvent } from '../kubernetes/events';
import { SettingsEdges, SettingsReconciler } from '../live-settings/settings-reconciler';
import { isListening } from '../runtime/tcp-port';
import { Metrics } from './metrics';

/** Creates the reconciler of the live settings of a broker, and its metrics. */
export function createSettingsReconciler(
  config: BrokerConfig,
  id: number,
  pod: { readonly name: string; readonly uid: string },
  metrics: Metrics,
): SettingsReconciler {
  const reconciler = new SettingsReconciler(edgesOf(config, id, pod));
  metrics.addGauge(
    'cdk8s_kafka_settings_pending',
    'Live settings whose value in the broker differs from the ConfigMap',
    () => reconciler.status.pending.length,
  );
  metrics.addGauge(
    'cdk8s_kafka_settings_rejected',
    'Live settings of the ConfigMap that Kafka rejects',
    () => reconciler.status.rejected.length,
  );
  return reconciler;
}

function edgesOf(
  config: BrokerConfig,
  id: number,
  pod: { readonly name: string; readonly uid: string },
): SettingsEdges {
  const address = ownBroker(config, id);
  return {
    read: readLiveSettings,
    isListening: () => isListening(config.internalListener.port),
    describe: () => describeBrokerSettings(address, id),
    alter: (scope, alterations) =>
      alterBrokerSettings(address, scope === 'cluster' ? undefined : id, alterations),
    monotonicMs: () => performance.now(),
    recordEvent: (type, reason, message) =>
      recordEvent(config.namespace, { kind: 'Pod', ...pod }, type, reason, message),
  };
}

/** The kubelet replaces the file atomically, so it is never read half written. */
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
