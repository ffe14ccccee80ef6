import { RolloutEvent, RolloutStatus } from '../rollout-status.js';
import { gatesInWords } from './gate-text.js';
import { LiveBlock, Terminal } from './live-block.js';
import { isLive, Output, paintFor } from './paint.js';
import { hasEnded, rolloutLines } from './rollout-lines.js';
import { fit } from './text.js';

/** Where a rollout is shown while it goes on. */
export interface Progress {
  /** Shows what has happened. */
  event(event: RolloutEvent): void;
  /** Shows how it stands, where nothing has happened that anybody knows of. */
  status(status: RolloutStatus): void;
  /** Tells something beside, such as that a key was pressed. */
  say(message: string): void;
  /** Ends; what was shown stays. */
  end(): void;
}

/** How a rollout is shown. */
export interface ProgressOptions {
  /** One JSON object a line. */
  readonly json?: boolean;
  /** The last line of the live view. */
  readonly hint?: string;
  /** The environment of the process, for TERM and NO_COLOR. */
  readonly env?: NodeJS.ProcessEnv;
}

const WAITING = 'looking at the cluster, and who drives the rollout ...';
const REDRAWN_EACH = 500; // milliseconds: seconds are counted down

/** Shows a rollout as JSON, as a picture that is drawn anew, or, where that can't be, as a line for each event. */
export function progressOn(output: Terminal & Output, { json = false, hint, env }: ProgressOptions = {}): Progress {
  return json ? new JsonLines(output) : isLive(output, env) ? new Live(output, hint, env) : new PlainLines(output);
}

class JsonLines implements Progress {
  constructor(private readonly output: Terminal) {}

  event(event: RolloutEvent): void {
    this.output.write(`${JSON.stringify(event)}\n`);
  }

  status(status: RolloutStatus): void {
    this.output.write(`${JSON.stringify(status)}\n`);
  }

  say(message: string): void {
    process.stderr.write(`${message}\n`);
  }

  end(): void {
    // Nothing is open.
  }
}

/** An event in a line, for logs. */
export function eventLine({ at, type, message, status }: RolloutEvent): string {
  return `${at.replace(/\.\d+Z$/, 'Z')}  ${type === 'checked' && status.gates.length > 0 ? gatesInWords(status.gates) : message}`;
}

class PlainLines implements Progress {
  private last?: string;

  constructor(private readonly output: Terminal) {}

  event(event: RolloutEvent): void {
    this.output.write(`${eventLine(event)}\n`);
  }

  status(status: RolloutStatus): void {
    const { namespace, virtualService, phase, canary, weight, message } = status;
    const line = `${namespace}/${virtualService}: ${phase}, ${canary} has ${weight}%${message ? `: ${message}` : ''}`;
    if (line !== this.last) {
      this.output.write(`${line}\n`);
    }
    this.last = line;
  }

  say(message: string): void {
    this.output.write(`${message}\n`);
  }

  end(): void {
    // Nothing is open.
  }
}

class Live implements Progress {
  private readonly block: LiveBlock;
  private readonly timer: NodeJS.Timeout;
  private shown?: RolloutStatus;
  private said?: string;

  constructor(private readonly terminal: Terminal & Output, private readonly hint?: string, private readonly env?: NodeJS.ProcessEnv) {
    this.block = new LiveBlock(terminal);
    this.timer = setInterval(() => this.draw(), REDRAWN_EACH);
    this.timer.unref();
  }

  event({ status }: RolloutEvent): void {
    this.status(status);
  }

  status(status: RolloutStatus): void {
    this.shown = status;
    this.draw();
  }

  say(message: string): void {
    this.said = message;
    this.draw();
  }

  end(): void {
    clearInterval(this.timer);
    if (!this.shown) {
      this.block.draw([]);
    }
    this.block.end();
  }

  private draw(): void {
    const { columns: width = 80, rows = 24 } = this.terminal;
    const paint = paintFor(this.terminal, this.env);
    if (this.shown) {
      const hint = hasEnded(this.shown) ? undefined : this.said ?? this.hint;
      this.block.draw(rolloutLines(this.shown, { now: Date.now(), width, height: rows - 1, paint, hint }));
    } else {
      this.block.draw([paint('quiet', fit(this.said ?? WAITING, width))]);
    }
  }
}
