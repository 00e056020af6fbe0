import { ServerPodConfig } from '../../lib/private/agent-config';
import { reasonOf } from '../errors';
import { log } from '../log';
import { waitUntil } from '../waiting';
import { demandsOf } from './demands';
import { Demands, Stores, filesOf, judgeFitness } from './fitness';
import { Folder, Roots } from './folder';
import { summaryOf } from './summary';

const PAUSE_MS = 2_000;

/** A set of certificates that Kafka may get. */
interface Fit {
  readonly folder: Folder;
  readonly stores: Stores;
}

/** Waits until all certificates of a pod are fit, and writes them for Kafka. */
export async function prepareStores(
  config: ServerPodConfig,
  id: number,
  signal: AbortSignal,
  roots?: Roots,
): Promise<void> {
  if (config.certificates.length === 0) {
    return;
  }
  const sets = config.certificates.map((set) => ({
    folder: new Folder(set.folder, set.hasLeaf, roots),
    demands: demandsOf(config, id, set),
  }));
  const fit = await waitUntil<readonly Fit[]>(
    async () => {
      const looks = await Promise.all(sets.map(({ folder, demands }) => look(folder, demands)));
      const waits = looks.filter((one) => typeof one === 'string');
      return waits.length > 0 ? { waitingFor: waits.join('; ') } : { done: looks as Fit[] };
    },
    PAUSE_MS,
    signal,
  );
  for (const { folder, stores } of fit) {
    await folder.writeStores(filesOf(stores));
    log.info('certificates are fit', summaryOf(folder.name, stores));
  }
}

async function look(folder: Folder, demands: Demands): Promise<Fit | string> {
  try {
    const fitness = judgeFitness(await folder.readSource(), demands, Date.now());
    return fitness.isFit
      ? { folder, stores: fitness.stores }
      : `certificates '${folder.name}' are not fit: ${fitness.reason}`;
  } catch (error) {
    return `certificates '${folder.name}': ${reasonOf(error)}`;
  }
}
