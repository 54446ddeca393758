/** What a change does beyond what Terraform says of it. */
export type Consequence =
  | {
      /** `guarded` destroys or interrupts, and so must be allowed by address. */
      readonly weight: 'told' | 'guarded';
      readonly text: string;
    }
  | {
      /** Linode would refuse it, half way through the apply. */
      readonly weight: 'impossible';
      readonly text: string;
      readonly code: 'infra-volume-shrinks' | 'infra-change-impossible';
    };

export function told(text: string): Consequence {
  return { weight: 'told', text };
}

export function guarded(text: string): Consequence {
  return { weight: 'guarded', text };
}
