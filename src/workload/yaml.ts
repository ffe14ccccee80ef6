/** What every reader of YAML takes for a text: no word, number, time or octal of any version of YAML. */
const PLAIN = /^(?!(y|n|yes|no|on|off|true|false|null)$)([a-z]([-\w./:]*\w)?|\d+(ms|s|m|h))$/i;

/**
 * An object as YAML. All other texts are quoted: Istio reads YAML with Go's rules, which know more numbers than YAML 1.1, by which cdk8s quotes.
 *
 * @param value an object of texts, numbers, flags, lists of texts and such objects
 */
export function yaml(value: object, indent = ''): string {
  return Object.entries(value).map(([key, part]) => {
    const name = `${indent}${scalar(key)}:`;
    if (Array.isArray(part)) {
      return [name, ...part.map((item) => `${indent}- ${scalar(item)}`)].join('\n') + '\n';
    }
    if (typeof part === 'object' && Object.keys(part).length > 0) {
      return `${name}\n${yaml(part, `${indent}  `)}`;
    }
    return `${name} ${scalar(part)}\n`;
  }).join('');
}

function scalar(value: unknown): string {
  return typeof value === 'string' && PLAIN.test(value) ? value : JSON.stringify(value);
}
