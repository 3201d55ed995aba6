package io.slablab.allocator.debug;

import io.slablab.allocator.machine.Cpu;

/**
 * A kind of object that has states.
 *
 * @param name as it stands in reports
 * @param fixup ends an active one whose memory is being freed or made anew
 */
public record ObjectDescr(String name, Fixup fixup) {

  /** Repairs what a report complains about. No lock of DEBUG_OBJECTS is held. */
  @FunctionalInterface
  public interface Fixup {
    void end(Cpu cpu, long object);
  }
}
