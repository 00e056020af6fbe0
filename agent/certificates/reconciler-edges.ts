import { Handshake } from './handshake';
import { PrivateKeyEntry, Stores } from './validation';

/** Effects of a certificate reconciler outside its folder. */
export interface CertificateReconcilerEdges {
  /** Milliseconds since 1970. */
  now(): number;
  /** Milliseconds of a monotonic clock. */
  monotonicMs(): number;
  sleep(ms: number): Promise<void>;
  isListening(port: number): Promise<boolean>;
  handshake(port: number, client?: PrivateKeyEntry): Promise<Handshake>;
  /** Makes the server read its stores again. */
  reload(listener: string): Promise<void>;
  recordEvent(type: 'Normal' | 'Warning', reason: string, message: string): Promise<void>;
}

/** Receives the state of a set of certificates, for metrics. */
export interface CertificateRecorder {
  inUse(folder: string, stores: Stores): void;
  reloaded(folder: string, at: number): void;
  failed(folder: string): void;
  /** True if the source contains certificates that the server cannot use. */
  invalid(folder: string, isInvalid: boolean): void;
  restartPending(folder: string, isPending: boolean): void;
}
