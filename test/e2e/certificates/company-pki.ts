/*
 * Simulates a company PKI: one CA for servers, one for clients.
 */
import { KeyAndCertificate, makeCa, makeLeaf } from '../../../agent/authority/issue';
import { ConfigMap } from '../kubernetes/objects';
import { Substitute } from '../setup/substitute';
import { Expectations, clientIdentity } from '../world';
import { rememberKeysIn } from './leaks';
import { refreshSecrets } from './secret-refresh';
import { put } from './secrets';

const LIFE_SECONDS = 86_400;

/** Subject type of a CA. */
export type Side = 'servers' | 'clients';

/** CAs of a company. Writes their bundles and certificates into the namespace. */
export class CompanyPki implements Substitute {
  private readonly cas = new Map<Side, KeyAndCertificate[]>();

  /** Required Secrets are written after the YAML is applied. Pods wait for them. */
  async prepare(): Promise<void> {
    for (const side of ['servers', 'clients'] as const) {
      this.cas.set(side, [await makeCa(`company-${side}`, LIFE_SECONDS, Date.now())]);
    }
  }

  async serve(expectations: Expectations): Promise<void> {
    await this.writeBundle(expectations, 'servers');
    await this.writeBundle(expectations, 'clients');
    await this.certifyServers(expectations);
    await this.certifyClient(expectations);
  }

  /** All objects are in the namespace, which is deleted. */
  remove(): Promise<void> {
    return Promise.resolve();
  }

  /** Issues new certificates and keys for the topic synchronization and the brokers. Returns that of the brokers. */
  async certifyServers(expectations: Expectations): Promise<string> {
    const { clusterName, namespace } = expectations;
    const domain = `${namespace}.svc.cluster.local`;
    const brokers = {
      commonName: 'kafka.company.example',
      dnsNames: [
        `${clusterName}-brokers.${domain}`,
        `${clusterName}-bootstrap.${domain}`,
        `*.${clusterName}-brokers.${domain}`,
      ],
    };
    const topics = { commonName: 'topics.company.example', dnsNames: ['topics.company.example'] };
    await this.certify(expectations, 'company-topics', topics, 'servers');
    return this.certify(expectations, 'company-brokers', brokers, 'servers');
  }

  /** Issues a new certificate for the declared client. */
  async certifyClient(expectations: Expectations): Promise<string> {
    const { client } = expectations;
    const subject = { commonName: client, dnsNames: [client] };
    return this.certify(expectations, clientIdentity(expectations).secret, subject, 'clients');
  }

  /** Adds a new CA to the bundle, next to the old one. The new CA signs all further certificates. */
  async addCa(expectations: Expectations, side: Side): Promise<void> {
    const cas = this.cas.get(side)!;
    cas.unshift(await makeCa(`company-${side}-${cas.length + 1}`, LIFE_SECONDS, Date.now()));
    await this.writeBundle(expectations, side);
  }

  /** Removes the old CA from the bundle. */
  async removeCa(expectations: Expectations, side: Side): Promise<void> {
    this.cas.get(side)!.pop();
    await this.writeBundle(expectations, side);
  }

  /** A certificate that is in no Secret, signed by the newest CA of a side. */
  async sample(side: Side): Promise<{ readonly cert: string; readonly key: string }> {
    const subject = { commonName: 'sample', dnsNames: ['sample'] };
    const { key, certificate } = await makeLeaf(this.newest(side), subject, LIFE_SECONDS, Date.now());
    return { cert: certificate, key };
  }

  private newest(side: Side): KeyAndCertificate {
    return this.cas.get(side)![0];
  }

  private bundle(side: Side): string {
    return this.cas
      .get(side)!
      .map(({ certificate }) => certificate)
      .join('\n');
  }

  private async writeBundle(expectations: Expectations, side: Side): Promise<void> {
    const { namespace } = expectations;
    const bundle: ConfigMap = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `company-${side}`, namespace },
      data: { 'ca.crt': this.bundle(side) },
    };
    await put(namespace, bundle);
    await refreshSecrets(expectations);
  }

  private async certify(
    expectations: Expectations,
    secretName: string,
    subject: { readonly commonName: string; readonly dnsNames: readonly string[] },
    side: Side,
  ): Promise<string> {
    const { namespace } = expectations;
    const { key, certificate } = await makeLeaf(this.newest(side), subject, LIFE_SECONDS, Date.now());
    // A client trusts the CA of servers.
    const files = {
      'tls.crt': certificate,
      'tls.key': key,
      'ca.crt': this.bundle('servers'),
      'keystore.pem': `${key}\n${certificate}`,
    };
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/tls',
      metadata: { name: secretName, namespace },
      data: Object.fromEntries(
        Object.entries(files).map(([file, text]) => [file, Buffer.from(text).toString('base64')]),
      ),
    };
    rememberKeysIn(secret);
    await put(namespace, secret);
    await refreshSecrets(expectations);
    return certificate;
  }
}
