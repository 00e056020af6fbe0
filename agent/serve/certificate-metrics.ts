import { Counter, Gauge, Registry } from '../runtime/prometheus';
import { earliestExpiry } from '../certificates/bundle';
import { Stores } from '../certificates/validation';
import { CertificateRecorder } from '../certificates/reconciler-edges';
import { formatDistinguishedName } from '../certificates/names';

const PREFIX = 'cdk8s_kafka_certificate';

/** Prometheus metrics of the certificates that a server uses. */
export class CertificateMetrics implements CertificateRecorder {
  private readonly expiries = new Map<string, number>();
  private readonly infos = new Map<string, Record<'certificates' | 'serial' | 'issuer', string>>();
  private readonly info: Gauge<'certificates' | 'serial' | 'issuer'>;
  private readonly caExpiry: Gauge<'certificates'>;
  private readonly lastReload: Gauge<'certificates'>;
  private readonly failures: Counter<'certificates'>;
  private readonly isInvalid: Gauge<'certificates'>;
  private readonly isPending: Gauge<'certificates'>;

  constructor(registry: Registry) {
    const registers = [registry];
    const { expiries } = this;
    const gauge = (name: string, help: string) =>
      new Gauge({ name, help, labelNames: ['certificates'] as const, registers });
    new Gauge({
      name: `${PREFIX}_expiry_timestamp_seconds`,
      help: 'Expiry of the certificate in use',
      labelNames: ['certificates'] as const,
      registers,
      collect() {
        expiries.forEach((expiry, certificates) => this.set({ certificates }, expiry / 1000));
      },
    });
    this.info = new Gauge({
      name: `${PREFIX}_info`,
      help: 'Serial number and issuer of the certificate in use',
      labelNames: ['certificates', 'serial', 'issuer'] as const,
      registers,
    });
    this.caExpiry = gauge(
      'cdk8s_kafka_ca_expiry_timestamp_seconds',
      'Expiry of the trusted CA that expires first',
    );
    this.lastReload = gauge(
      `${PREFIX}_last_reload_timestamp_seconds`,
      'Time of the last handshake check that confirmed a reload',
    );
    this.failures = new Counter({
      name: `${PREFIX}_reload_failures_total`,
      help: 'Reloads after which the server did not use the new certificates',
      labelNames: ['certificates'] as const,
      registers,
    });
    this.isInvalid = gauge(
      `${PREFIX}_invalid`,
      '1 if the source contains certificates that the server cannot use',
    );
    this.isPending = gauge(`${PREFIX}_restart_pending`, '1 if new certificates require a restart of the pod');
  }

  inUse(certificates: string, { keyEntry, trusted }: Stores): void {
    this.failures.inc({ certificates }, 0);
    this.caExpiry.set({ certificates }, earliestExpiry(trusted) / 1000);
    if (keyEntry === undefined) {
      return;
    }
    const [leaf] = keyEntry.chain;
    this.expiries.set(certificates, Date.parse(leaf.validTo));
    const labels = { certificates, serial: leaf.serialNumber, issuer: formatDistinguishedName(leaf.issuer) };
    const old = this.infos.get(certificates);
    if (old !== undefined && (old.serial !== labels.serial || old.issuer !== labels.issuer)) {
      this.info.remove(old);
    }
    this.infos.set(certificates, labels);
    this.info.set(labels, 1);
  }

  reloaded(certificates: string, at: number): void {
    this.lastReload.set({ certificates }, at / 1000);
  }

  failed(certificates: string): void {
    this.failures.inc({ certificates });
  }

  invalid(certificates: string, isInvalid: boolean): void {
    this.isInvalid.set({ certificates }, Number(isInvalid));
  }

  restartPending(certificates: string, isPending: boolean): void {
    this.isPending.set({ certificates }, Number(isPending));
  }
}
