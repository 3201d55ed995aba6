package io.slablab.allocator.slub;

import io.slablab.allocator.machine.Cpu;
import io.slablab.allocator.machine.Machine;
import io.slablab.allocator.machine.Word;
import java.util.Arrays;
import java.util.function.ToLongFunction;

/**
 * Pages and objects in the slabs of all caches, a count per node as in the kernel's vmstat, each
 * with its high-water mark. Touched when a slab is made or given back, never by an allocation.
 *
 * <p>Both counts share a word: objects << 32 | pages. Neither ever falls below 0, so none borrows
 * from the other. A mark is the word of the moment with most pages; it only rises, by
 * compare-exchange, so that of two CPUs that raise it at once the higher one stays.
 */
final class SlabPages {
  private static final int SHIFT = 32;
  private static final long LOW = (1L << SHIFT) - 1;

  private final Word[] held;
  private final Word[] marks;

  SlabPages(Machine machine) {
    this.held = words(machine, "nr_slab_pages");
    this.marks = words(machine, "slab_pages_high");
  }

  private static Word[] words(Machine machine, String name) {
    Word[] words = new Word[machine.nodes()];
    for (int node = 0; node < words.length; node++) {
      words[node] = machine.word(machine.line(name), 0);
    }
    return words;
  }

  void taken(Cpu cpu, Slab slab) {
    long size = size(slab);
    raise(cpu, marks[slab.node], held[slab.node].getAndAdd(cpu, size) + size);
  }

  void given(Cpu cpu, Slab slab) {
    held[slab.node].getAndAdd(cpu, -size(slab));
  }

  private static long size(Slab slab) {
    return (long) slab.objects() << SHIFT | 1L << slab.order;
  }

  private static void raise(Cpu cpu, Word mark, long now) {
    long high = mark.getAcquire(cpu);
    while ((now & LOW) > (high & LOW) && !mark.compareAndSet(cpu, high, now)) {
      high = mark.getAcquire(cpu);
    }
  }

  /** Marks begin at what is held now. At rest. */
  void restartMarks(Cpu cpu) {
    for (int node = 0; node < held.length; node++) {
      marks[node].setRelease(cpu, held[node].getAcquire(cpu));
    }
  }

  /** At rest. */
  SlabUse held() {
    return sum(held);
  }

  /** The sum of the nodes' marks, at least the highest sum; with one node exactly that. */
  SlabUse mark() {
    return sum(marks);
  }

  private static SlabUse sum(Word[] words) {
    return new SlabUse(
        sum(words, word -> word.peek() & LOW), sum(words, word -> word.peek() >>> SHIFT));
  }

  private static long sum(Word[] words, ToLongFunction<Word> part) {
    return Arrays.stream(words).mapToLong(part).sum();
  }
}
