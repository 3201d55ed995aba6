package io.slablab.agent.trial;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.GcInfo;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import javax.management.JMException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;

/**
 * Garbage collections of the agent while a trial runs: its collector's threads would run on
 * measured CPUs. Threads: notifications come on one of the JVM's own.
 */
final class AgentCollections implements AutoCloseable {
  private final long startMs = ManagementFactory.getRuntimeMXBean().getStartTime();
  private final Queue<GcInfo> seen = new ConcurrentLinkedQueue<>();
  private final NotificationListener listener = (notification, _) -> add(notification);
  private final List<NotificationEmitter> collectors;

  private AgentCollections() {
    collectors =
        ManagementFactory.getGarbageCollectorMXBeans().stream()
            .filter(NotificationEmitter.class::isInstance)
            .map(NotificationEmitter.class::cast)
            .toList();
    collectors.forEach(
        collector -> collector.addNotificationListener(listener, AgentCollections::isEnd, null));
  }

  static AgentCollections listen() {
    return new AgentCollections();
  }

  private static boolean isEnd(Notification notification) {
    return notification
        .getType()
        .equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION);
  }

  private void add(Notification notification) {
    seen.add(
        GarbageCollectionNotificationInfo.from((CompositeData) notification.getUserData())
            .getGcInfo());
  }

  /**
   * Collections that ran at some time between two moments.
   *
   * @param fromNs wall clock, nanoseconds since 1970; so is {@code toNs}
   */
  int between(long fromNs, long toNs) {
    long fromMs = TimeUnit.NANOSECONDS.toMillis(fromNs) - startMs;
    long toMs = TimeUnit.NANOSECONDS.toMillis(toNs) - startMs;
    return Math.toIntExact(
        seen.stream().filter(gc -> gc.getEndTime() >= fromMs && gc.getStartTime() <= toMs).count());
  }

  @Override
  public void close() {
    for (NotificationEmitter collector : collectors) {
      try {
        collector.removeNotificationListener(listener);
      } catch (JMException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
