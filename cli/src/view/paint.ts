import { styleText } from 'node:util';

/** What a text stands for; terminals show it as a colour, and everything else as the text alone. */
export type Tone = 'good' | 'bad' | 'warning' | 'accent' | 'strong' | 'quiet';

/** Gives a text the colour of what it stands for. */
export type Paint = (tone: Tone, text: string) => string;

/** Where output goes, as far as it decides how it looks. */
export interface Output {
  /** Whether a person sees it. */
  readonly isTTY?: boolean;
}

const COLOURS = { good: 'green', bad: 'red', warning: 'yellow', accent: 'cyan', strong: 'bold', quiet: 'dim' } as const;

/** No colours. */
export const plain: Paint = (_, text) => text;

/** The colours of terminals. */
export const coloured: Paint = (tone, text) => styleText(COLOURS[tone], text, { validateStream: false });

/** Whether lines can be drawn over. */
export function isLive(output: Output, env: NodeJS.ProcessEnv = process.env): boolean {
  return output.isTTY === true && env.TERM !== 'dumb';
}

/** Colours on terminals only, and none where NO_COLOR says so (https://no-color.org). */
export function paintFor(output: Output, env: NodeJS.ProcessEnv = process.env): Paint {
  return isLive(output, env) && !env.NO_COLOR ? coloured : plain;
}
