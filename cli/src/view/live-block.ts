import { widthOf } from './text.js';

/** A terminal, as far as a block of lines needs it. */
export interface Terminal {
  /** How many columns it has now. */
  readonly columns?: number;
  /** How many lines it has now. */
  readonly rows?: number;
  /** Writes to it. */
  write(text: string): unknown;
}

const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';
const CLEAR_LINE = '\x1b[K';
const CLEAR_BELOW = '\x1b[J';

/** Lines at the end of a terminal's text, each drawing of which takes the place of the one before. */
export class LiveBlock {
  private drawn: string[] = [];
  private hidden = false;

  /** @param terminal where it is drawn */
  constructor(private readonly terminal: Terminal) {}

  /** Draws lines in the place of those before, in one write, so that nothing flickers. */
  draw(lines: string[]): void {
    if (!this.hidden) {
      this.hidden = true;
      process.once('exit', this.showCursor); // whatever ends the process, the cursor comes back
    }
    const { columns = 80 } = this.terminal;
    // A terminal that has become narrower has broken the lines anew.
    const height = this.drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns)), 0);
    const up = height > 0 ? `\x1b[${height}A\r` : '';
    this.terminal.write(`${HIDE_CURSOR}${up}${lines.map((line) => `${line}${CLEAR_LINE}\n`).join('')}${CLEAR_BELOW}`);
    this.drawn = lines;
  }

  /** Leaves the last lines where they are, and the terminal as it was. */
  end(): void {
    this.drawn = [];
    this.showCursor();
  }

  private readonly showCursor = () => {
    if (this.hidden) {
      this.hidden = false;
      process.removeListener('exit', this.showCursor);
      this.terminal.write(SHOW_CURSOR);
    }
  };
}
