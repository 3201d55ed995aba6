package io.slablab.allocator.machine;

/** Something that runs as one CPU. */
@FunctionalInterface
public interface CpuTask {
  void run(Cpu cpu);
}
