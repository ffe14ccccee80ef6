/**
 * One service of the mesh W(n): its objects differ by these values only.
 */
export interface Service {
  readonly name: string;
  readonly namespace: string;
  /** The public host on the gateway. */
  readonly publicHost: string;
  /** The value of the header `x-canary` that leads to the canary. */
  readonly canary: string;
  readonly port: number;
}

/** The services of W(n), spread over 50 namespaces. */
export function services(n: number): Service[] {
  return Array.from({ length: n }, (_, i) => {
    const name = `svc-${String(i).padStart(4, '0')}`;
    return { name, namespace: `ns-${String(i % 50).padStart(2, '0')}`, publicHost: `${name}.example.com`, canary: 'true', port: 8080 };
  });
}
