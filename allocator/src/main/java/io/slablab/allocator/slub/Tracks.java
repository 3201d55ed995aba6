package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Memory;
import org.jspecify.annotations.Nullable;

/**
 * Who allocated an object last and who freed it last, in the object's own metadata.
 *
 * <pre>
 *   0        8       12    16      24      32
 *   [site id][unused][cpu ][unused][when ns]
 * </pre>
 *
 * The kernel's record has the handle of a call stack and a process where ours has nothing: the site
 * is the caller alone, and the model has no processes.
 *
 * <p>Written and read under list_lock.
 */
final class Tracks {
  static final int BYTES = 32;

  private static final int CPU = 12;
  private static final int WHEN = 24;

  private final Machine machine;
  private final Memory memory;
  private final CallSites sites;
  private final int offset;

  Tracks(Machine machine, Memory memory, CallSites sites, int offset) {
    this.machine = machine;
    this.memory = memory;
    this.sites = sites;
    this.offset = offset;
  }

  /** The caller's site, found before list_lock is taken: a walk of the stack takes microseconds. */
  int site() {
    return sites.ofCaller();
  }

  void clear(long object) {
    memory.fill(object + offset, 2 * BYTES, (byte) 0);
  }

  void allocated(Cpu cpu, long object, int site) {
    write(object + offset, cpu, site);
  }

  void freed(Cpu cpu, long object, int site) {
    write(object + offset + BYTES, cpu, site);
  }

  private void write(long track, Cpu cpu, int site) {
    memory.putLong(track, site);
    memory.putInt(track + CPU, cpu.id());
    memory.putLong(track + WHEN, machine.nowNs());
  }

  ObjectHistory history(long object) {
    return new ObjectHistory(allocation(object), read(object + offset + BYTES));
  }

  ObjectHistory.@Nullable Track allocation(long object) {
    return read(object + offset);
  }

  ObjectHistory.@Nullable Track free(long object) {
    return read(object + offset + BYTES);
  }

  private ObjectHistory.@Nullable Track read(long track) {
    String site = sites.name(memory.getLong(track));
    return site == null
        ? null
        : new ObjectHistory.Track(site, memory.getInt(track + CPU), memory.getLong(track + WHEN));
  }
}
