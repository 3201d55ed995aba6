package io.slablab.allocator.script;

import io.slablab.allocator.script.Users.Kind;
import java.util.SplittableRandom;

/** Draws steps: mostly allocations and frees, now and then what changes everything. */
final class StepSource {
  private static final int BULK = 16;
  private static final int LARGEST_AREA = 6000;

  private StepSource() {}

  static Step next(SplittableRandom random) {
    int cpu = random.nextInt(World.CPUS);
    int percent = random.nextInt(100);
    if (percent < 50) {
      return cache(random, cpu, percent);
    }
    if (percent < 66) {
      return percpu(random, cpu, percent % 16);
    }
    if (percent < 96) {
      return user(random, cpu, percent % 30);
    }
    return percent < 98 ? new Step.PagesShort(cpu, random.nextInt(3) == 0) : new Step.Poll(cpu);
  }

  private static Step cache(SplittableRandom random, int cpu, int n) {
    Shape shape = pick(random, Shape.values());
    int slot = random.nextInt(CacheModel.SLOTS);
    int bulk = slot / BULK * BULK;
    return switch (n % 10) {
      case 0, 1, 2, 3 -> new Step.Alloc(cpu, shape, slot, random.nextInt(8) != 0);
      case 4, 5, 6 -> new Step.Free(cpu, shape, slot);
      case 7 -> new Step.AllocBulk(cpu, shape, bulk, BULK);
      case 8 -> new Step.FreeBulk(cpu, shape, bulk, BULK);
      default -> n < 40 ? new Step.Shrink(cpu, shape) : new Step.Recreate(cpu, shape);
    };
  }

  private static Step percpu(SplittableRandom random, int cpu, int n) {
    int slot = random.nextInt(CounterModel.SLOTS);
    return switch (n) {
      case 0, 1, 2, 3, 4 -> {
        int bytes = 4 + (int) (LARGEST_AREA * Math.pow(random.nextDouble(), 4));
        yield new Step.AllocArea(
            cpu,
            random.nextInt(AreaModel.SLOTS),
            bytes,
            4 << random.nextInt(4),
            random.nextInt(8) != 0);
      }
      case 5, 6, 7, 8 -> new Step.FreeArea(cpu, random.nextInt(AreaModel.SLOTS));
      case 9, 10 -> new Step.InitCounters(cpu, slot);
      case 11 -> new Step.DestroyCounters(cpu, slot);
      default -> new Step.AddCounter(cpu, slot, random.nextInt(-100, 100));
    };
  }

  private static Step user(SplittableRandom random, int cpu, int n) {
    Kind kind = pick(random, Kind.values());
    int slot = random.nextInt(Users.SLOTS);
    if (n == 0) {
      return new Step.Trim(cpu, kind);
    }
    return switch (n % 3) {
      case 0 -> new Step.Get(cpu, kind, slot);
      case 1 -> new Step.Use(cpu, kind, slot, 1 + random.nextInt(20));
      default -> new Step.Put(cpu, kind, slot);
    };
  }

  private static <T> T pick(SplittableRandom random, T[] from) {
    return from[random.nextInt(from.length)];
  }
}
