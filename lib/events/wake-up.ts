/**
 * A bell for a loop that looks, then waits. Rung while the loop is looking, it makes the next wait end at once: no ring is ever
 * lost between the look and the wait.
 */
export class WakeUp {
  private isRung = false;
  private awake: (() => void) | null = null;

  readonly ring = (): void => {
    this.isRung = true;
    this.awake?.();
  };

  /** Until the bell rings, or for so long. */
  async wait(milliseconds: number): Promise<void> {
    if (!this.isRung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        this.awake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.awake = null;
    this.isRung = false;
  }
}
