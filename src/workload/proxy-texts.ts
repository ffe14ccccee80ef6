/*
 * Maps and lists of texts that only settings of proxies have.
 */
import { list, object, show } from '../private/check';
import { orUndefined } from '../private/render';

/** A map of texts. An empty one is left out. */
export function renderTexts(where: string, values: { readonly [name: string]: string }): object | undefined {
  for (const [name, value] of Object.entries(object(where, values))) {
    if (name === '' || typeof value !== 'string') {
      throw new Error(`${where} has ${show(name)}: ${show(value)}, expected a name with a text; write the value in quotes`);
    }
  }
  return orUndefined({ ...values });
}

/** Environment variables. The injector writes the values between double quotes, without escapes. */
export function renderEnvironment(where: string, values: { readonly [name: string]: string }): object | undefined {
  const rendered = renderTexts(where, values);
  for (const [name, value] of Object.entries(rendered ?? {})) {
    if (!/^[-._a-z][-._a-z0-9]*$/i.test(name) || /["\\\r\n]/.test(value)) {
      throw new Error(`${where} has ${show(name)}: ${show(value)}, expected a name of an environment variable and a text without quotes, backslashes and line breaks; Istio's injector can't write others`);
    }
  }
  return rendered;
}

/** Certificates as PEM. */
export function renderCertificates(where: string, certificates: string[]): string[] {
  return list(where, certificates, 'leave it out for none').map((pem) => {
    if (typeof pem !== 'string' || !/^\s*-----BEGIN CERTIFICATE-----[^]+-----END CERTIFICATE-----\s*$/.test(pem)) {
      throw new Error(`an entry of ${where} is ${show(pem)}, expected a certificate as PEM; give the text of the file, not its path`);
    }
    return pem;
  });
}
