package io.slablab.allocator.debug;

import io.slablab.allocator.machine.Memory;

/**
 * The memory that users of objects see while a feature checks their accesses: each is judged, then
 * done as it would be without. The allocators themselves use the memory below, as the kernel's turn
 * checking off around their metadata.
 */
final class CheckedMemory extends Memory {
  private final Memory memory;
  private final AccessCheck[] checks;

  private CheckedMemory(Memory memory, AccessCheck... checks) {
    this.memory = memory;
    this.checks = checks.clone();
  }

  /** A call by this name loads no other memory: a stack without checks binds its accesses. */
  static Memory over(Memory memory, AccessCheck... checks) {
    return new CheckedMemory(memory, checks);
  }

  private void read(long offset, long bytes) {
    for (AccessCheck check : checks) {
      check.check(offset, bytes, false);
    }
  }

  private void write(long offset, long bytes) {
    for (AccessCheck check : checks) {
      check.check(offset, bytes, true);
    }
  }

  @Override
  public long bytes() {
    return memory.bytes();
  }

  @Override
  public byte getByte(long offset) {
    read(offset, Byte.BYTES);
    return memory.getByte(offset);
  }

  @Override
  public void putByte(long offset, byte value) {
    write(offset, Byte.BYTES);
    memory.putByte(offset, value);
  }

  @Override
  public int getInt(long offset) {
    read(offset, Integer.BYTES);
    return memory.getInt(offset);
  }

  @Override
  public void putInt(long offset, int value) {
    write(offset, Integer.BYTES);
    memory.putInt(offset, value);
  }

  @Override
  public long getLong(long offset) {
    read(offset, Long.BYTES);
    return memory.getLong(offset);
  }

  @Override
  public void putLong(long offset, long value) {
    write(offset, Long.BYTES);
    memory.putLong(offset, value);
  }

  @Override
  public int getIntOpaque(long offset) {
    read(offset, Integer.BYTES);
    return memory.getIntOpaque(offset);
  }

  @Override
  public void putIntOpaque(long offset, int value) {
    write(offset, Integer.BYTES);
    memory.putIntOpaque(offset, value);
  }

  @Override
  public boolean compareAndSetInt(long offset, int expected, int value) {
    write(offset, Integer.BYTES);
    return memory.compareAndSetInt(offset, expected, value);
  }

  @Override
  public void putIntRelease(long offset, int value) {
    write(offset, Integer.BYTES);
    memory.putIntRelease(offset, value);
  }

  @Override
  public long getLongOpaque(long offset) {
    read(offset, Long.BYTES);
    return memory.getLongOpaque(offset);
  }

  @Override
  public void putLongOpaque(long offset, long value) {
    write(offset, Long.BYTES);
    memory.putLongOpaque(offset, value);
  }

  @Override
  public void fill(long offset, long bytes, byte value) {
    if (bytes > 0) {
      write(offset, bytes);
    }
    memory.fill(offset, bytes, value);
  }

  @Override
  public void copy(long from, long to, long bytes) {
    if (bytes > 0) {
      read(from, bytes);
      write(to, bytes);
    }
    memory.copy(from, to, bytes);
  }

  @Override
  public void bind(long offset, long bytes, int node) {
    memory.bind(offset, bytes, node);
  }

  @Override
  public void discard(long offset, long bytes) {
    memory.discard(offset, bytes);
  }
}
