package io.slablab.allocator.script;

import io.slablab.allocator.pool.Variant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/** Steps on one world, drawn from a seed; replayed they do the same. */
record Script(Variant variant, long seed, Plant plant, List<Step> steps) {

  /** A step, or what comes after the last one, went wrong. */
  record Failure(int step, Throwable cause) {}

  static Script of(Variant variant, long seed, Plant plant, int length) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      steps.add(StepSource.next(random));
    }
    return new Script(variant, seed, plant, steps);
  }

  Script with(List<Step> others) {
    return new Script(variant, seed, plant, others);
  }

  /** Runs the steps with all checks after each, then gives everything back. */
  Optional<Failure> run() {
    try (World world = new World(variant, seed, plant)) {
      for (int i = 0; i < steps.size(); i++) {
        try {
          world.run(steps.get(i));
          world.check();
        } catch (AssertionError | RuntimeException e) {
          return Optional.of(new Failure(i, e));
        }
      }
      try {
        world.finish();
      } catch (AssertionError | RuntimeException e) {
        return Optional.of(new Failure(steps.size(), e));
      }
      return Optional.empty();
    }
  }

  /** The least part that still fails: steps after the failure go at once, others by bisection. */
  Script shrunk(Failure failure) {
    List<Step> sofar = steps.subList(0, Math.min(steps.size(), failure.step() + 1));
    return with(Shrinker.shrink(sofar, part -> with(part).run().isPresent()));
  }

  /** Lines of code that do it again. */
  @Override
  public String toString() {
    return "// variant=%s seed=%d\n".formatted(variant.id(), seed)
        + steps.stream().map(Step::toString).collect(Collectors.joining("\n"));
  }
}
