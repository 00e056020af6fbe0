/*
 * Plays a company's PKI: one authority for servers, another for clients, and whoever brings both to the cluster.
 */
import { KeyAndCertificate, makeCa, makeLeaf } from '../../../agent/authority/issue';
import { ConfigMap } from '../kubernetes/objects';
import { StandIn } from '../setup/stand-in';
import { Outcome, clientIdentity } from '../world';
import { rememberKeysIn } from './leaks';
import { refreshSecrets } from './secret-refresh';
import { put } from './secrets';

const LIFE_SECONDS = 86_400;

/** Whom an authority certifies. */
export type Side = 'servers' | 'clients';

/** Authorities of a company. */
export class CompanyPki implements StandIn {
  private readonly authorities = new Map<Side, KeyAndCertificate[]>();

  /** What must be there is written once the YAML is there: pods wait for it. */
  async prepare(): Promise<void> {
    for (const side of ['servers', 'clients'] as const) {
      this.authorities.set(side, [await makeCa(`company-${side}`, LIFE_SECONDS, Date.now())]);
    }
  }

  async serve(outcome: Outcome): Promise<void> {
    await this.writeBundle(outcome, 'servers');
    await this.writeBundle(outcome, 'clients');
    await this.certifyServers(outcome);
    await this.certifyClient(outcome);
  }

  /** All of it is in the namespace. */
  remove(): Promise<void> {
    return Promise.resolve();
  }

  /** A new certificate, with a new key, for the topic synchronisation and one for the brokers, which is returned. */
  async certifyServers(outcome: Outcome): Promise<string> {
    const { clusterName, namespace } = outcome;
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
    await this.certify(outcome, 'company-topics', topics, 'servers');
    return this.certify(outcome, 'company-brokers', brokers, 'servers');
  }

  /** A new certificate for the declared client. */
  async certifyClient(outcome: Outcome): Promise<string> {
    const { client } = outcome;
    const subject = { commonName: client, dnsNames: [client] };
    return this.certify(outcome, clientIdentity(outcome).secret, subject, 'clients');
  }

  /** An authority beside the one before, which everybody is to trust. It signs what is signed from now on. */
  async addAuthority(outcome: Outcome, side: Side): Promise<void> {
    const authorities = this.authorities.get(side)!;
    authorities.unshift(await makeCa(`company-${side}-${authorities.length + 1}`, LIFE_SECONDS, Date.now()));
    await this.writeBundle(outcome, side);
  }

  /** Takes the one before out of the bundle. */
  async dropAuthority(outcome: Outcome, side: Side): Promise<void> {
    this.authorities.get(side)!.pop();
    await this.writeBundle(outcome, side);
  }

  /** A certificate that is in no Secret, by the newest authority of a side. */
  async sample(side: Side): Promise<{ readonly cert: string; readonly key: string }> {
    const subject = { commonName: 'sample', dnsNames: ['sample'] };
    const { key, certificate } = await makeLeaf(this.newest(side), subject, LIFE_SECONDS, Date.now());
    return { cert: certificate, key };
  }

  private newest(side: Side): KeyAndCertificate {
    return this.authorities.get(side)![0];
  }

  private bundle(side: Side): string {
    return this.authorities
      .get(side)!
      .map(({ certificate }) => certificate)
      .join('\n');
  }

  private async writeBundle(outcome: Outcome, side: Side): Promise<void> {
    const { namespace } = outcome;
    const bundle: ConfigMap = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `company-${side}`, namespace },
      data: { 'ca.crt': this.bundle(side) },
    };
    await put(namespace, bundle);
    await refreshSecrets(outcome);
  }

  private async certify(
    outcome: Outcome,
    secretName: string,
    subject: { readonly commonName: string; readonly dnsNames: readonly string[] },
    side: Side,
  ): Promise<string> {
    const { namespace } = outcome;
    const { key, certificate } = await makeLeaf(this.newest(side), subject, LIFE_SECONDS, Date.now());
    // Whom a client trusts are the servers.
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
    await refreshSecrets(outcome);
    return certificate;
  }
}
