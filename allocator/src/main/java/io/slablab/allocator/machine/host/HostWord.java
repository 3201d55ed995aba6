package io.slablab.allocator.machine.host;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Word;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** A field accessed through its VarHandle alone. */
final class HostWord extends Word {
  private static final VarHandle VALUE;

  static {
    try {
      VALUE = MethodHandles.lookup().findVarHandle(HostWord.class, "value", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  @SuppressWarnings("unused") // through VALUE
  private long value;

  HostWord(long initial) {
    VALUE.setRelease(this, initial);
  }

  @Override
  public long getAcquire(Cpu cpu) {
    return (long) VALUE.getAcquire(this);
  }

  @Override
  public void setRelease(Cpu cpu, long next) {
    VALUE.setRelease(this, next);
  }

  @Override
  public boolean compareAndSet(Cpu cpu, long expected, long next) {
    return VALUE.compareAndSet(this, expected, next);
  }

  @Override
  public long getAndAdd(Cpu cpu, long delta) {
    return (long) VALUE.getAndAdd(this, delta);
  }

  @Override
  public long peek() {
    return (long) VALUE.getVolatile(this);
  }
}
