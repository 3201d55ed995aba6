package io.slablab.coordinator.report;

import io.slablab.coordinator.history.Change;
import io.slablab.coordinator.history.History;
import io.slablab.coordinator.store.index.StoredSeries;
import io.slablab.coordinator.store.index.StoredSeries.Key;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The history of a run's suite as a section of its page: a small SVG per series, readable without
 * scripts, and a table of changes. Not all of a large history: series with open changes come first.
 */
public final class TrendSection {
  private static final int MOST_SERIES = 24;
  private static final int MOST_CHANGES = 60;

  private TrendSection() {}

  /** Empty where no series has two nights. */
  public static String render(History history) {
    List<TrendChart> charts = charts(history);
    if (charts.isEmpty()) {
      return "";
    }
    StringBuilder html = new StringBuilder("<section id=trend><h2>Trend</h2><div class=grid>");
    charts.stream()
        .limit(MOST_SERIES)
        .forEach(chart ->
            html.append("<figure><h3>")
                .append(Html.text(chart.title()))
                .append("</h3>")
                .append(chart.svg())
                .append("</figure>"));
    html.append("</div><p class=caption>Dots: gain of a night. Lines: level between changes.")
        .append(" Dashed: a gain that shifted (the code). Dotted: the baseline's level shifted, or")
        .append(" another host key (the environment). Open changes are bold.");
    if (charts.size() > MOST_SERIES) {
      html.append(" Shown: ")
          .append(MOST_SERIES)
          .append(" of ")
          .append(charts.size())
          .append(" series; slablab history has all.");
    }
    html.append("</p>");
    changes(html, history.changes());
    return html.append("</section>\n").toString();
  }

  private static List<TrendChart> charts(History history) {
    Map<Key, List<StoredSeries>> byPlace = new LinkedHashMap<>();
    for (StoredSeries series : history.series()) {
      byPlace.computeIfAbsent(bare(series.key()), _ -> new ArrayList<>()).add(series);
    }
    List<TrendChart> charts = new ArrayList<>();
    byPlace.forEach((place, parts) -> {
      List<Change> own = history.changes().stream().filter(c -> concerns(c, place)).toList();
      TrendChart chart = TrendChart.of(ChangesText.series(place), parts, own);
      if (chart.points() > 1) {
        charts.add(chart);
      }
    });
    charts.sort(Comparator.comparingInt((TrendChart c) -> c.open() ? 0 : c.changed() ? 1 : 2));
    return charts;
  }

  private static Key bare(Key key) {
    return new Key(key.suite(), key.host(), key.cell(), key.variant(), key.metric(), "");
  }

  private static boolean concerns(Change change, Key place) {
    Key key = change.key();
    return key.suite().equals(place.suite())
        && key.host().equals(place.host())
        && (key.cell().isEmpty() || key.cell().equals(place.cell()))
        && (key.variant().isEmpty() || key.variant().equals(place.variant()))
        && (key.metric().isEmpty() || key.metric().equals(place.metric()));
  }

  private static void changes(StringBuilder html, List<Change> changes) {
    if (changes.isEmpty()) {
      html.append("<p>No change.</p>");
      return;
    }
    html.append(
        Html.table(
            List.of(
                "change", "cause", "series", "since", "builds", "shift", "interval, %", "state"),
            Set.of(5, 6),
            changes.stream().limit(MOST_CHANGES).map(TrendSection::row).toList()));
    html.append("<p class=caption>Intervals are after selection.");
    if (changes.size() > MOST_CHANGES) {
      html.append(" The youngest ").append(MOST_CHANGES).append(" of ").append(changes.size());
    }
    html.append("</p>");
  }

  private static List<String> row(Change change) {
    return List.of(
        change.id(),
        change.kind().cause(),
        ChangesText.series(change.key()),
        Printable.of(change.night().startedAt()),
        ChangesText.builds(change.previous(), change.night()),
        ChangesText.shift(change),
        ChangesText.interval(change),
        ChangesText.state(change));
  }

  /** One series, its nights in order whatever the host's key was. */
  record TrendChart(String title, List<Double> gains, List<Mark> marks) {
    private static final int WIDTH = 460;
    private static final int HEIGHT = 150;
    private static final int LEFT = 54;
    private static final int BOTTOM = 20;
    private static final int TOP = 8;

    /**
     * @param index of the first night after it
     */
    record Mark(int index, Change change) {}

    private record Night(int order, double gain) {}

    static TrendChart of(String title, List<StoredSeries> parts, List<Change> changes) {
      List<Night> nights =
          parts.stream()
              .flatMap(s ->
                  IntStream.range(0, s.nights().size())
                      .filter(i -> Double.isFinite(s.logGain()[i]))
                      .mapToObj(i -> new Night(s.nights().get(i).order(), s.logGain()[i])))
              .sorted(Comparator.comparingInt(Night::order))
              .toList();
      List<Mark> marks = new ArrayList<>();
      for (Change change : changes) {
        int at = (int) nights.stream().filter(n -> n.order() < change.night().order()).count();
        if (at > 0 && at < nights.size()) {
          marks.add(new Mark(at, change));
        }
      }
      marks.sort(Comparator.comparingInt(Mark::index));
      return new TrendChart(
          title, nights.stream().map(n -> 100 * Math.expm1(n.gain())).toList(), marks);
    }

    int points() {
      return gains.size();
    }

    boolean changed() {
      return !marks.isEmpty();
    }

    boolean open() {
      return marks.stream().anyMatch(mark -> mark.change().open());
    }

    private double least() {
      return Math.min(0, gains.stream().mapToDouble(g -> g).min().orElse(0));
    }

    private double most() {
      return Math.max(0, gains.stream().mapToDouble(g -> g).max().orElse(0));
    }

    private double x(double index) {
      return LEFT + 6 + index * (WIDTH - LEFT - 12) / Math.max(1, gains.size() - 1.0);
    }

    private double y(double gain) {
      double span = Math.max(most() - least(), 0.1);
      return TOP + (most() - gain) / span * (HEIGHT - TOP - BOTTOM);
    }

    private static String format(String pattern, Object... values) {
      return String.format(Locale.ROOT, pattern, values);
    }

    String svg() {
      StringBuilder svg = new StringBuilder();
      svg.append(
          format(
              "<svg class=trend viewBox='0 0 %d %d' role=img aria-label='gain by night'>",
              WIDTH, HEIGHT));
      double top = Math.max(most(), least() + 0.1);
      Stream.of(least(), 0.0, top).distinct().forEach(tick -> tick(svg, tick));
      marks.forEach(mark -> mark(svg, mark));
      svg.append("<path class=dots d='");
      for (int i = 0; i < gains.size(); i++) {
        svg.append(format("M%.1f %.1fh0", x(i), y(gains.get(i))));
      }
      svg.append("'/><path class=level d='");
      levels(svg);
      svg.append("'/>");
      svg.append(
          format(
              "<text class=tick x='%d' y='%d' text-anchor=end>%d nights</text></svg>",
              WIDTH - 6, HEIGHT - 5, gains.size()));
      return svg.toString();
    }

    private void tick(StringBuilder svg, double gain) {
      svg.append(
          format(
              "<line class=grid x1='%d' x2='%d' y1='%.1f' y2='%.1f'/>",
              LEFT, WIDTH, y(gain), y(gain)));
      svg.append(
          format(
              "<text class=tick x='%d' y='%.1f' text-anchor=end>%s</text>",
              LEFT - 5, y(gain) + 4, Html.pretty(Digits.signed(gain, 1) + " %")));
    }

    private void mark(StringBuilder svg, Mark mark) {
      Change change = mark.change();
      double x = (x(mark.index() - 1) + x(mark.index())) / 2;
      svg.append(
          format(
              "<line class='mark %s%s' x1='%.1f' x2='%.1f' y1='%d'"
                  + " y2='%d'><title>%s</title></line>",
              change.kind().cause(),
              change.open() ? " open" : "",
              x,
              x,
              TOP,
              HEIGHT - BOTTOM,
              Html.text(change.id() + ": " + change.kind().word() + ", " + change.night().run())));
    }

    /** Means between shifts of the gain and new host keys. */
    private void levels(StringBuilder svg) {
      int from = 0;
      for (int i = 1; i <= gains.size(); i++) {
        int at = i;
        boolean cut =
            marks.stream().anyMatch(m -> m.index() == at && m.change().kind() != Change.Kind.LEVEL);
        if (i == gains.size() || cut) {
          double mean = gains.subList(from, i).stream().mapToDouble(g -> g).average().orElse(0);
          svg.append(format("M%.1f %.1fH%.1f", x(from), y(mean), x(i - 1)));
          from = i;
        }
      }
    }
  }
}
