package io.slablab.agent.trial;

import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The executor that JMH runs its workers on: one pinned thread per CPU of the placement. */
public final class PinnedExecutor extends ThreadPoolExecutor {

  /** Called by JMH in the fork, by name. */
  public PinnedExecutor(int threads, String prefix) {
    super(threads, threads, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), pinned(threads));
    prestartAllCoreThreads();
  }

  private static ThreadFactory pinned(int threads) {
    List<Integer> cpus = Fork.HERE.order().cpus();
    if (threads != cpus.size()) {
      throw new IllegalStateException(
          "one worker per CPU is needed: workers=" + threads + " cpus=" + cpus.size());
    }
    AtomicInteger next = new AtomicInteger();
    return task -> {
      int index = next.getAndIncrement() % cpus.size();
      return new PinnedThread(task, index, cpus.get(index));
    };
  }
}
