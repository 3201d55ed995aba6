package io.slablab.allocator.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.slablab.allocator.percpu.PercpuConfig.Backing;
import io.slablab.allocator.pool.EveryVariantTest.User;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every operation with a failure at every point: under every design and for its users, an operation
 * is run once to number its points, then once for each of them with that point failing, and for
 * some pairs of them. It fails as documented or succeeds all the same; the invariants hold, the
 * same operation succeeds afterwards, and at the end nothing is left.
 */
class FailureMatrixTest {
  private static final int PAIRS = 8;
  private static final long SEED = 0x5eed;

  private static final Map<FailurePoints.Kind, Integer> FAILURES =
      new EnumMap<>(FailurePoints.Kind.class);
  private static int combinations;
  private static int failedOperations;

  /** Other forms of the users under designs that differ in how a begin is unwound. */
  private static final List<Variant> DIFFERENT =
      List.of(Variant.BASELINE, Variant.CTOR_DTOR, Variant.ONE_BLOCK, Variant.SLABLAB_BEST);

  private static Stream<Arguments> otherUsers() {
    return DIFFERENT.stream()
        .flatMap(variant ->
            Stream.of(User.MM_V7_0, User.TC_RATED)
                .map(user -> Arguments.of(variant, user, Backing.VM)));
  }

  /** Chunks that are one block each: for the designs with most and with fewest areas. */
  private static Stream<Arguments> oneBlockChunks() {
    return Stream.of(Variant.BASELINE, Variant.SLABLAB_BEST)
        .map(variant -> Arguments.of(variant, User.MM, Backing.KM));
  }

  static Stream<Arguments> everyVariantAndUser() {
    return Stream.of(
            EveryVariantTest.everyVariantAndUser()
                .map(pair -> Arguments.of(pair.get()[0], pair.get()[1], Backing.VM)),
            otherUsers(),
            oneBlockChunks())
        .flatMap(arguments -> arguments);
  }

  @ParameterizedTest
  @MethodSource("everyVariantAndUser")
  void everyOperationSurvivesAFailureAtEveryPoint(Variant variant, User user, Backing backing) {
    for (FailureOperation operation : FailureOperation.values()) {
      Case tried = new Case(variant, user, backing, operation);
      List<FailurePoints.Kind> points = tried.run();
      for (int point = 0; point < points.size(); point++) {
        tried.run(point);
      }
      SplittableRandom random =
          new SplittableRandom(SEED ^ variant.ordinal() << 8 ^ user.ordinal());
      for (int pair = 0; points.size() > 1 && pair < PAIRS; pair++) {
        tried.run(random.nextInt(points.size()), random.nextInt(points.size()));
      }
    }
  }

  private record Case(Variant variant, User user, Backing backing, FailureOperation operation) {

    /** Returns the points that were passed. */
    List<FailurePoints.Kind> run(int... failing) {
      FailurePoints points = new FailurePoints();
      try (FailureBench bench = new FailureBench(variant, user, backing, points)) {
        operation.prepare(bench);
        bench.stack.verify();
        points.arm(failing);
        boolean done = operation.attempt(bench);
        points.disarm();
        bench.stack.verify();
        check(bench, done, failing.length == 0);
        bench.finish();
        count(points, done);
        return points.passed();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(
            this + " failing=" + Arrays.toString(failing) + " points=" + points.passed(), e);
      }
    }

    private void check(FailureBench bench, boolean done, boolean undisturbed) {
      if (!operation.mayFail()) {
        assertThat(done).isTrue();
        assertThat(operation != FailureOperation.PUT || bench.points.passed().isEmpty())
            .as("to give back needs nothing that could fail")
            .isTrue();
      } else if (!done && !undisturbed && operation != FailureOperation.GET_ATOMIC) {
        assertThat(operation.attempt(bench)).as("without a failure").isTrue();
        bench.stack.verify();
      }
    }

    private static void count(FailurePoints points, boolean done) {
      combinations += points.failures().isEmpty() ? 0 : 1;
      failedOperations += done ? 0 : 1;
      points.failures().forEach((kind, times) -> FAILURES.merge(kind, times, Integer::sum));
    }
  }

  @AfterAll
  static void everyKindOfFailureWasTried() {
    System.out.println(
        "failure combinations tried: %d, operations that failed: %d, failures injected: %s"
            .formatted(combinations, failedOperations, FAILURES));
    assertThat(combinations).as("the note names it").isGreaterThan(5000);
    assertThat(failedOperations).isBetween(1, combinations);
    assertThat(FAILURES).containsOnlyKeys(FailurePoints.Kind.values());
  }
}
