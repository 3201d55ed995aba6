package io.slablab.allocator.machine;

/** One word: {@code readers + (writer ? WRITER : 0)}. */
final class WordRwSemaphore extends RwSemaphore {
  private static final long WRITER = 1L << 32;

  private final LockClass lockClass;
  private final Word word;

  WordRwSemaphore(Machine machine, LockClass lockClass) {
    this.lockClass = lockClass;
    this.word = machine.word(machine.line(lockClass.name()), 0);
  }

  @Override
  public LockClass lockClass() {
    return lockClass;
  }

  /** The compare-exchange acquires what the last writer's {@link #upWrite} published. */
  @Override
  public void downRead(Cpu cpu) {
    int turns = 0;
    while (true) {
      long seen = word.getAcquire(cpu);
      if (seen < WRITER && word.compareAndSet(cpu, seen, seen + 1)) {
        return;
      }
      turns = cpu.relax(turns);
    }
  }

  @Override
  public void upRead(Cpu cpu) {
    word.getAndAdd(cpu, -1);
  }

  /**
   * First keeps readers out, then waits for those inside; the last load acquires what they did, and
   * the compare-exchange what the last writer did.
   */
  @Override
  public void downWrite(Cpu cpu) {
    int turns = 0;
    long seen = word.getAcquire(cpu);
    while (seen >= WRITER || !word.compareAndSet(cpu, seen, seen + WRITER)) {
      turns = cpu.relax(turns);
      seen = word.getAcquire(cpu);
    }
    while (word.getAcquire(cpu) != WRITER) {
      turns = cpu.relax(turns);
    }
  }

  @Override
  public void upWrite(Cpu cpu) {
    word.getAndAdd(cpu, -WRITER);
  }
}
