package io.slablab.allocator.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.pool.Variant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random operations on whole stacks by one thread that is each CPU in turn, with every invariant
 * checked after every step. A script that fails is shrunk and printed as lines of code. {@code
 * -Dslablab.script.steps=N} makes longer ones.
 */
class ScriptTest {
  private static final int STEPS = Integer.getInteger("slablab.script.steps", 400);

  /** Another seed in every build; {@code -Dslablab.script.seed=N} runs one again. */
  private static final long SEED = Long.getLong("slablab.script.seed", System.nanoTime());

  @ParameterizedTest
  @EnumSource(Variant.class)
  void invariantsHoldAfterEveryStep(Variant variant) {
    Script script = Script.of(variant, SEED + variant.ordinal(), Plant.NONE, STEPS);
    Optional<Script.Failure> failure = script.run();
    failure.ifPresent(f -> {
      Script shrunk = script.shrunk(f);
      throw new AssertionError(
          "-Dslablab.script.seed=%d fails at step %d of %d; %d steps do:\n%s"
              .formatted(SEED, f.step(), STEPS, shrunk.steps().size(), shrunk),
          f.cause());
    });
  }

  @Test
  void aScriptDoesTheSameEachTime() {
    Script script = Script.of(Variant.CTOR_DTOR, 7, Plant.WRITE_AFTER_FREE, STEPS);
    Script.Failure first = script.run().orElseThrow();
    Script.Failure second = script.run().orElseThrow();
    assertThat(second.step()).isEqualTo(first.step());
    assertThat(second.cause()).hasMessage(first.cause().getMessage());
    assertThat(script).isEqualTo(Script.of(Variant.CTOR_DTOR, 7, Plant.WRITE_AFTER_FREE, STEPS));
  }

  @Test
  void aWriteAfterFreeShrinksToItsTwoSteps() {
    Script shrunk = shrunk(Script.of(Variant.BASELINE, 7, Plant.WRITE_AFTER_FREE, STEPS));
    assertThat(shrunk.toString())
        .matches(
            """
            // variant=baseline seed=7
            cpu\\d: small\\[\\d+] = small.alloc\\(GFP_(KERNEL|ATOMIC)\\);
            cpu1: small.*(free|destroy).*;\
            """);
  }

  @Test
  void aLeakThatShowsAtTheEndAloneShrinksToo() {
    Script shrunk = shrunk(Script.of(Variant.BASELINE, 3, Plant.FORGETFUL_DESTRUCTOR, STEPS));
    assertThat(shrunk.run().orElseThrow().cause()).hasMessageContaining("percpu bytes: 16");
    assertThat(shrunk.steps()).hasSizeLessThan(12);
  }

  /** Shrinks, and checks that no step more can go. */
  private static Script shrunk(Script script) {
    Script shrunk = script.shrunk(script.run().orElseThrow());
    assertThat(shrunk.run()).as("still fails").isPresent();
    for (int i = 0; i < shrunk.steps().size(); i++) {
      List<Step> less = new ArrayList<>(shrunk.steps());
      less.remove(i);
      assertThat(shrunk.with(less).run()).as("needs step %d of\n%s", i, shrunk).isEmpty();
    }
    return shrunk;
  }

  @Test
  void shrinkingKeepsTheOrderAndWhatIsNeeded() {
    List<Integer> all = IntStream.range(0, 1000).boxed().toList();
    List<Integer> needed = List.of(3, 500, 501, 999);
    assertThat(Shrinker.shrink(all, part -> part.containsAll(needed))).isEqualTo(needed);
    assertThat(Shrinker.shrink(List.of(1), part -> part.contains(1))).containsExactly(1);
    assertThat(Shrinker.shrink(all, _ -> true)).isEmpty();
  }
}
