package io.slablab.coordinator.verdict.gate;

import io.slablab.coordinator.stats.GateSample;
import io.slablab.coordinator.stats.GateSample.Between;
import io.slablab.coordinator.stats.GateSample.Paired;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A comparison with its blocks dealt out: those that screen, those that confirm, and all of them.
 *
 * @param screen seen first
 * @param all of the run, for what is printed of a comparison that no screen chose
 * @param own the run's later blocks where its plan made them the confirmation
 * @param later reference of new blocks from elsewhere; null where these need none
 * @param reference blocks of the other side; 0 for pairs
 * @param cannot why this cannot be screened at all; null where it can
 */
record Candidate(
    Subject subject,
    GateSample screen,
    GateSample all,
    Optional<GateSample> own,
    double @Nullable [] later,
    int reference,
    @Nullable Reason cannot) {
  private static final GateSample NOTHING = new Paired(new double[0]);

  static Candidate paired(Subject subject) {
    if (!subject.onLogs()) {
      return unusable(subject, 0, withoutLogs(subject));
    }
    Split split = Split.of(subject.row().blocksPlanned());
    double[] all = subject.benefits();
    if (!split.confirms()) {
      return new Candidate(
          subject, new Paired(all), new Paired(all), Optional.empty(), null, 0, null);
    }
    return new Candidate(
        subject,
        new Paired(subject.benefits(0, split.screen())),
        new Paired(all),
        Optional.of(new Paired(subject.benefits(split.screen(), Integer.MAX_VALUE))),
        null,
        0,
        null);
  }

  /**
   * Gains of two campaigns. The reference's blocks are dealt out as well: a screen and a
   * confirmation that shared them would share their luck.
   */
  static Candidate between(Subject subject, @Nullable Subject reference) {
    if (reference == null) {
      return unusable(subject, 0, Reason.NO_REFERENCE);
    }
    int blocks = reference.row().blocks();
    if (!subject.onLogs() || !reference.onLogs()) {
      return unusable(subject, blocks, withoutLogs(subject.onLogs() ? reference : subject));
    }
    Split split = Split.of(subject.row().blocksPlanned());
    Split other = Split.of(reference.row().blocksPlanned());
    int half = other.confirms() ? other.screen() : (other.screen() + 1) / 2;
    double[] first = reference.benefits(0, half);
    double[] later = reference.benefits(half, Integer.MAX_VALUE);
    Optional<GateSample> own =
        split.confirms()
            ? Optional.of(new Between(subject.benefits(split.screen(), Integer.MAX_VALUE), later))
            : Optional.empty();
    return new Candidate(
        subject,
        new Between(subject.benefits(0, split.screen()), first),
        new Between(subject.benefits(), reference.benefits()),
        own,
        later,
        blocks,
        null);
  }

  private static Candidate unusable(Subject subject, int reference, Reason why) {
    return new Candidate(subject, NOTHING, NOTHING, Optional.empty(), null, reference, why);
  }

  private static Reason withoutLogs(Subject subject) {
    return subject.row().blocks() == 0 ? Reason.ABSENT : Reason.NO_LOG_RATIOS;
  }

  /**
   * The blocks that confirm: the run's own where the plan said so, else those of a confirmation. Of
   * these as many as were asked for; fewer are none, for the budget ended before they were enough.
   */
  Optional<GateSample> fresh(int needed, @Nullable Confirmation confirmation) {
    if (own.isPresent() || confirmation == null) {
      return own;
    }
    double[] measured = confirmation.of(subject.key());
    if (measured.length < needed) {
      return Optional.empty();
    }
    double[] asked = Arrays.copyOf(measured, needed);
    return Optional.of(later == null ? new Paired(asked) : new Between(asked, later));
  }
}
