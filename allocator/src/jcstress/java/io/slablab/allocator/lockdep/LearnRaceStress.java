package io.slablab.allocator.lockdep;

import io.slablab.allocator.machine.LockClass;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Two CPUs see the two halves of a circle at the same time: one of them must find it. */
public final class LearnRaceStress {
  private LearnRaceStress() {}

  private static int found(ClassGraph.@Nullable Circle circle) {
    return circle == null ? 0 : 1;
  }

  private static ClassNode node(ClassGraph graph, String name) {
    return graph.node(new LockClass(name, LockClass.Kind.SPIN_IRQSAVE));
  }

  /** A under B and B under A. */
  @JCStressTest
  @Outcome(
      id = {"0, 1", "1, 0"},
      expect = Expect.ACCEPTABLE,
      desc = "the later one finds it")
  @Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "a deadlock unseen")
  @Outcome(id = "1, 1", expect = Expect.FORBIDDEN, desc = "the first one saw the future")
  @State
  public static class Order {
    private final ClassGraph graph = new ClassGraph();
    private final ClassNode a = node(graph, "A");
    private final ClassNode b = node(graph, "B");

    private int depend(ClassNode held, ClassNode wanted) {
      return found(
          graph.depend(
              held,
              LockMode.EXCLUSIVE,
              wanted,
              LockMode.EXCLUSIVE,
              () -> new Dependency(held.name, wanted.name, List.of(), "task", List.of())));
    }

    @Actor
    public void one(II_Result r) {
      r.r1 = depend(a, b);
    }

    @Actor
    public void other(II_Result r) {
      r.r2 = depend(b, a);
    }
  }

  /** Held with interrupts on, and wanted in an interrupt. */
  @JCStressTest
  @Outcome(
      id = {"0, 1", "1, 0"},
      expect = Expect.ACCEPTABLE,
      desc = "the later one finds it")
  @Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "an inversion unseen")
  @Outcome(id = "1, 1", expect = Expect.FORBIDDEN, desc = "the first one saw the future")
  @State
  public static class Usage {
    private final ClassGraph graph = new ClassGraph();
    private final ClassNode a = node(graph, "A");

    @Actor
    public void task(II_Result r) {
      r.r1 = found(graph.use(a, IrqUsage.enabled(IrqUsage.HARD, LockMode.EXCLUSIVE)));
    }

    @Actor
    public void interrupt(II_Result r) {
      r.r2 = found(graph.use(a, IrqUsage.usedIn(IrqUsage.HARD, LockMode.EXCLUSIVE)));
    }
  }
}
