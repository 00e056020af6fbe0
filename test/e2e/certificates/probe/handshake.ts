/*
 * Runs in a pod: opens TLS connections to listeners, and prints the results. INPUT is defined in front of this program.
 */
import { ConnectionOptions, connect } from 'node:tls';
import { certificatesIn } from '../../load/program/certificates';

/** Input of a probe. */
export interface Probe {
  readonly targets: readonly { readonly host: string; readonly port: number }[];
  /** Presented certificate: the one of the pod, none, or this one. */
  readonly presents: 'own' | 'none' | { readonly cert: string; readonly key: string };
  readonly maxVersion?: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';
  /** Repeats the probe until all targets serve this certificate. */
  readonly until?: string;
  readonly seconds: number;
}

/** Result of one target. */
export interface ProbeResult {
  readonly host: string;
  readonly port: number;
  /** True if Kafka has answered a request. */
  readonly isAccepted: boolean;
  /** True if the server did not respond in time. */
  readonly isSilent: boolean;
  readonly fingerprint: string;
  readonly problem: string;
}

declare const INPUT: Probe;

// ApiVersions request, version 0, without a client id. It is the first request of every client.
const REQUEST = Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 255, 255]);

function identity(): ConnectionOptions {
  if (INPUT.presents === 'none') {
    return {};
  }
  return INPUT.presents === 'own' ? certificatesIn('/certs') : INPUT.presents;
}

function probe({ host, port }: Probe['targets'][number]): Promise<ProbeResult> {
  return new Promise((resolve) => {
    let fingerprint = '';
    const socket = connect({
      host,
      port,
      servername: host,
      // The probe compares the certificate and does not verify it.
      rejectUnauthorized: false,
      minVersion: INPUT.maxVersion === 'TLSv1.1' ? 'TLSv1.1' : 'TLSv1.2',
      maxVersion: INPUT.maxVersion ?? 'TLSv1.3',
      // By default, Node.js rejects the old version.
      ...(INPUT.maxVersion === 'TLSv1.1' ? { ciphers: 'DEFAULT@SECLEVEL=0' } : {}),
      ...identity(),
    });
    const end = (isAccepted: boolean, problem: string, isSilent = false) => {
      socket.destroy();
      resolve({ host, port, isAccepted, isSilent, fingerprint, problem });
    };
    socket.setTimeout(5000, () => end(false, 'no response', true));
    socket.on('secureConnect', () => {
      fingerprint = socket.getPeerCertificate().fingerprint256 ?? '';
      socket.write(REQUEST);
    });
    socket.on('data', () => end(true, ''));
    socket.on('error', (error: NodeJS.ErrnoException) => end(false, error.code ?? error.message));
    socket.on('close', () => end(false, 'closed'));
  });
}

async function main(): Promise<void> {
  const deadline = Date.now() + INPUT.seconds * 1000;
  for (;;) {
    const outcomes = await Promise.all(INPUT.targets.map(probe));
    const isDone = outcomes.every(({ fingerprint }) => fingerprint === INPUT.until);
    if (INPUT.until === undefined || isDone || Date.now() > deadline) {
      process.stdout.write(JSON.stringify(outcomes));
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

void main();
