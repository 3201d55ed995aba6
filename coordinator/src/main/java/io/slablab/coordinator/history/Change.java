package io.slablab.coordinator.history;

import io.slablab.coordinator.store.Manifest;
import io.slablab.coordinator.store.index.Rows.AcceptanceRow;
import io.slablab.coordinator.store.index.StoredSeries.Key;
import io.slablab.coordinator.store.index.StoredSeries.Night;
import org.jspecify.annotations.Nullable;

/**
 * Something that changed between two nights. Values are on the log scale.
 *
 * @param id eight letters or digits, the same as long as the change begins with the same run
 * @param key variant is empty of a level; cell and metric are, too, of a host
 * @param previous last night before; null where it is not known any more
 * @param night first night after
 * @param before mean of the nights before; null of a host
 * @param after mean of the nights after; null of a host
 * @param low lower end of the interval of after - before, after selection; null of a host
 * @param high upper end
 * @param pValue not corrected for having been looked for; null of a host
 * @param from comparability key before; null of gains and levels
 * @param withLevel whether the level of the baseline changed about the same night
 * @param acceptance null as long as it is open
 */
public record Change(
    String id,
    Kind kind,
    Key key,
    @Nullable Night previous,
    Night night,
    @Nullable Double before,
    @Nullable Double after,
    @Nullable Double low,
    @Nullable Double high,
    @Nullable Double pValue,
    @Nullable String from,
    boolean withLevel,
    @Nullable AcceptanceRow acceptance) {
  private static final int ID_LENGTH = 8;

  /** What changed. */
  public enum Kind {
    GAIN("gain", "code"),
    LEVEL("level", "environment"),
    HOST("host", "environment");

    private final String word;
    private final String cause;

    Kind(String word, String cause) {
      this.word = word;
      this.cause = cause;
    }

    public String word() {
      return word;
    }

    /** code or environment. */
    public String cause() {
      return cause;
    }
  }

  static String id(Kind kind, Key key, String run) {
    String text =
        String.join(
            "\n",
            kind.word(),
            key.suite(),
            key.host(),
            key.cell(),
            key.variant(),
            key.metric(),
            run);
    return Manifest.digest(text).substring(0, ID_LENGTH);
  }

  public boolean open() {
    return acceptance == null;
  }

  /** after - before; 0 of a host. */
  public double change() {
    return before == null || after == null ? 0 : after - before;
  }

  Change with(@Nullable AcceptanceRow said) {
    return new Change(
        id, kind, key, previous, night, before, after, low, high, pValue, from, withLevel, said);
  }

  Change withLevel(boolean changed) {
    return new Change(
        id,
        kind,
        key,
        previous,
        night,
        before,
        after,
        low,
        high,
        pValue,
        from,
        changed,
        acceptance);
  }

  /** The change as it is kept when somebody accepts it. */
  public AcceptanceRow accepted(String classified, String reason, String by, String at) {
    return new AcceptanceRow(
        id,
        kind.word(),
        key.suite(),
        key.host(),
        key.cell(),
        key.variant(),
        key.metric(),
        key.hostKey(),
        night.run(),
        night.startedAt(),
        change(),
        classified,
        reason,
        by,
        at);
  }
}
