import { Counter, Gauge, Registry } from 'prom-client';
import { earliestExpiry } from '../certificates/bundle';
import { Stores } from '../certificates/validation';
import { CertificateRecorder } from '../certificates/certificate-reconciler';
import { formatDistinguishedName } from '../certificates/names';

const DAY_MS = 86_400_000;
const PREFIX = 'cdk8s_kafka_certificate';

/** Metrics of the certificates that a server uses, in the format of Prometheus. */
export class CertificateMetrics implements CertificateRecorder {
  private readonly expiries = new Map<string, number>();
  private readonly infos = new Map<string, Record<'folder' | 'serial' | 'issuer', string>>();
  private readonly info: Gauge<'folder' | 'serial' | 'issuer'>;
  private readonly authorityExpiry: Gauge<'folder'>;
  private readonly lastReload: Gauge<'folder'>;
  private readonly failures: Counter<'folder'>;
  private readonly isRefused: Gauge<'folder'>;
  private readonly isPending: Gauge<'folder'>;

  constructor(registry: Registry) {
    const registers = [registry];
    const { expiries } = this;
    const gauge = (name: string, help: string) =>
      new Gauge({ name: `${PREFIX}_${name}`, help, labelNames: ['folder'] as const, registers });
    new Gauge({
      name: `${PREFIX}_expiry_timestamp_seconds`,
      help: 'When the certificate in use expires',
      labelNames: ['folder'] as const,
      registers,
      collect() {
        expiries.forEach((expiry, folder) => this.set({ folder }, expiry / 1000));
      },
    });
    new Gauge({
      name: `${PREFIX}_days_left`,
      help: 'Days until the certificate in use expires',
      labelNames: ['folder'] as const,
      registers,
      collect() {
        expiries.forEach((expiry, folder) => this.set({ folder }, (expiry - Date.now()) / DAY_MS));
      },
    });
    this.info = new Gauge({
      name: `${PREFIX}_info`,
      help: 'The certificate in use',
      labelNames: ['folder', 'serial', 'issuer'] as const,
      registers,
    });
    this.authorityExpiry = gauge(
      'authority_expiry_timestamp_seconds',
      'When the first of the trusted CAs expires',
    );
    this.lastReload = gauge(
      'last_reload_timestamp_seconds',
      'When the server was last found to use what it was given',
    );
    this.failures = new Counter({
      name: `${PREFIX}_reload_failures_total`,
      help: 'How often the server did not take over what it was given',
      labelNames: ['folder'] as const,
      registers,
    });
    this.isRefused = gauge('refused', '1 while the source has something that the server must not be given');
    this.isPending = gauge('restart_pending', '1 while there is something that only a restart takes over');
  }

  inUse(folder: string, { keyEntry: identity, trusted }: Stores): void {
    this.failures.inc({ folder }, 0);
    this.authorityExpiry.set({ folder }, earliestExpiry(trusted) / 1000);
    if (identity === undefined) {
      return;
    }
    const [leaf] = identity.chain;
    this.expiries.set(folder, Date.parse(leaf.validTo));
    const labels = { folder, serial: leaf.serialNumber, issuer: formatDistinguishedName(leaf.issuer) };
    const old = this.infos.get(folder);
    if (old !== undefined && (old.serial !== labels.serial || old.issuer !== labels.issuer)) {
      this.info.remove(old);
    }
    this.infos.set(folder, labels);
    this.info.set(labels, 1);
  }

  reloaded(folder: string, at: number): void {
    this.lastReload.set({ folder }, at / 1000);
  }

  failed(folder: string): void {
    this.failures.inc({ folder });
  }

  refused(folder: string, isRefused: boolean): void {
    this.isRefused.set({ folder }, Number(isRefused));
  }

  restartPending(folder: string, isPending: boolean): void {
    this.isPending.set({ folder }, Number(isPending));
  }
}
