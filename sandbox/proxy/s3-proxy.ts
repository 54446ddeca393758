import { AwsV4Signer } from 'aws4fetch';
import { startFaultProxy, type FaultProxy } from './fault-proxy.ts';

export interface S3ProxyOptions {
  /** Scheme, host and port of the store. */
  readonly target: string;
  readonly tls: { readonly cert: string; readonly key: string };
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Whether the store is to take a write whose condition does not hold, as those do that do not know `If-None-Match`. */
  readonly ignoresConditions?: boolean;
}

/** What signs the client's request for the proxy, and is made anew for the store. */
const SIGNATURE = /^(authorization|x-amz-date|x-amz-content-sha256)$/;

/** Stands between a client and an S3 store, with the faults of startFaultProxy(), and signs anew what it sends on. */
export async function startS3Proxy(options: S3ProxyOptions): Promise<FaultProxy> {
  const { target, tls, accessKeyId, secretAccessKey, ignoresConditions = false } = options;
  return startFaultProxy({
    target,
    tls,
    async rewrite({ method, url, headers }) {
      const kept = Object.entries(headers).filter(
        ([name]) => !SIGNATURE.test(name) && !(ignoresConditions && name === 'if-none-match'),
      );
      const signer = new AwsV4Signer({
        method,
        url: url.href,
        headers: Object.fromEntries(kept),
        ...{ accessKeyId, secretAccessKey, service: 's3', region: 'us-east-1' },
      });
      return Object.fromEntries((await signer.sign()).headers);
    },
  });
}
