import { Chart } from 'cdk8s';

type Write = (chart: Chart) => unknown;

/** A rule of Istio, and where this library holds it. */
export interface Rule {
  /** Istio's rule, in words. */
  readonly rule: string;
  /**
   * - `throws`: the construct refuses it, in any language
   * - `type`: besides, the compiler does, for the types have no such thing
   * - `not expressible`: there is no way to write it
   * - `warning`: Istio takes it with a warning, which the verifier passes on
   * - `check`: it takes more than one resource, or a look into the cluster
   */
  readonly held: 'throws' | 'type' | 'not expressible' | 'warning' | 'check';
  /** What breaks the rule and what is said then, or why nobody can. */
  readonly proof: string | { readonly write: Write; readonly message: string };
  /** The rules of the CRD that it stands for: part of the rule's message, and what their paths match. */
  readonly cel?: { readonly message: string; readonly at: RegExp };
}

export interface Cel {
  readonly message: string;
  readonly at: RegExp;
}

/** The CRD's rule of this message, at all paths or some. */
export const cel = (message: string, at = /^/): Cel => ({ message, at });

export const throws = (rule: string, message: string, write: Write, of?: Cel): Rule => ({ rule, held: 'throws', proof: { write, message }, cel: of });
export const type = (rule: string, message: string, write: Write, of?: Cel): Rule => ({ rule, held: 'type', proof: { write, message }, cel: of });
export const warned = (rule: string, message: string, write: Write): Rule => ({ rule, held: 'warning', proof: { write, message } });
export const inexpressible = (rule: string, why: string, of?: Cel): Rule => ({ rule, held: 'not expressible', proof: why, cel: of });
export const checked = (rule: string, where: string): Rule => ({ rule, held: 'check', proof: where });
