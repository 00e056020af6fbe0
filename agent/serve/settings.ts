import { readFile } from 'node:fs/promises';
import {
  BrokerConfig,
  FILES,
  HOLD_SETTINGS_ANNOTATION,
  LiveSettings,
  PATHS,
} from '../../lib/seam/agent-config';
import { Ledger } from '../identity/ledger';
import { ownBroker } from '../kafka/addresses';
import { alterBrokerSettings, describeBrokerSettings } from '../kafka/broker-settings';
import { eventsOfPod } from '../kubernetes/events';
import { RiskEdges, RiskGate } from '../live-settings/risk-gate';
import { SettingsEdges, SettingsReconciler } from '../live-settings/settings-reconciler';
import { isListening } from '../runtime/tcp-port';
import { Pod } from '../restart/lease-state';
import { PreStopLease } from '../restart/pre-stop-lease';
import { readAnnotation } from '../restart/stateful-set';
import { StopLease } from '../restart/stop-lease';
import { Metrics } from './metrics';
import { SettingsTurn, TurnState } from './settings-turn';

/**
 * Creates the reconciler of the live settings of a broker, and its metrics.
 *
 * @param state state of the broker, which holds the stop lease while it makes risky changes
 */
export function createSettingsReconciler(
  config: BrokerConfig,
  id: number,
  pod: Pod,
  metrics: Metrics,
  state: TurnState,
): SettingsReconciler {
  const gate = new RiskGate(config, riskEdgesOf(config, pod, state));
  const reconciler = new SettingsReconciler(edgesOf(config, id, pod), gate);
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

function riskEdgesOf({ namespace, statefulSet }: BrokerConfig, pod: Pod, state: TurnState): RiskEdges {
  const turn = new SettingsTurn(new PreStopLease(new StopLease(namespace, statefulSet), pod), state);
  return {
    readHold: () => readAnnotation(namespace, statefulSet, HOLD_SETTINGS_ANNOTATION),
    acquireTurn: () => turn.acquire(),
    releaseTurn: () => turn.release(),
    monotonicMs: () => performance.now(),
    recordEvent: eventsOfPod(namespace, pod),
  };
}

function edgesOf(config: BrokerConfig, id: number, pod: Pod): SettingsEdges {
  const address = ownBroker(config, id);
  const ledger = new Ledger(config.namespace, config.ledgerConfigMap);
  return {
    read: readLiveSettings,
    isListening: () => isListening(config.internalListener.port),
    describe: () => describeBrokerSettings(address, id),
    alter: (scope, alterations) =>
      alterBrokerSettings(address, scope === 'cluster' ? undefined : id, alterations),
    monotonicMs: () => performance.now(),
    recordEvent: eventsOfPod(config.namespace, pod),
    readApplied: () => ledger.readClusterSettings(),
    recordApplied: (settings) => ledger.writeClusterSettings(settings),
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
