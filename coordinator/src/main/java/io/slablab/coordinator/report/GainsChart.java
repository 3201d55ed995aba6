package io.slablab.coordinator.report;

import io.slablab.coordinator.verdict.Gains;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Gains of one metric as SVG: a bar from 0 to the gain and its interval, one row per cell and
 * treatment, the negligible band shaded. Readable without scripts; colours are the page's.
 */
final class GainsChart {
  private static final int WIDTH = 940;
  private static final int LEFT = 420;
  private static final int LETTER = 7;
  private static final int RIGHT = 190;
  private static final int ROW = 26;
  private static final int TOP = 8;
  private static final int AXIS = 34;
  private static final int TICKS = 7;

  private final boolean one;
  private final List<RunView.Placed> rows;
  private final CellNames names;
  private final List<String> variants;
  private final double low;
  private final double high;
  private final StringBuilder svg = new StringBuilder();

  private GainsChart(RunView run, List<RunView.Placed> rows) {
    this.rows = rows;
    this.names = new CellNames(run.gains());
    this.variants = run.variants();
    this.one = TextTable.treatment(run).isPresent();
    double[] ends =
        rows.stream()
            .flatMap(p -> Stream.of(end(p.row().low()), end(p.row().high()), end(p.row().gain())))
            .flatMapToDouble(OptionalDouble::stream)
            .map(v -> v * 100)
            .toArray();
    double least = Math.min(0, Arrays.stream(ends).min().orElse(-1));
    double most = Math.max(0, Arrays.stream(ends).max().orElse(1));
    double margin = Math.max((most - least) * 0.06, 0.2);
    this.low = least - margin;
    this.high = most + margin;
  }

  private static OptionalDouble end(@Nullable Double value) {
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  /** Rows of one metric, in planned order. */
  static String render(RunView run, String metric, double negligible) {
    List<RunView.Placed> rows =
        run.gains().cells().stream()
            .flatMap(cell -> cell.gains().stream().map(row -> new RunView.Placed(cell, row)))
            .filter(p -> p.row().metric().equals(metric))
            .toList();
    return rows.isEmpty() ? "" : new GainsChart(run, rows).draw(metric, negligible * 100);
  }

  private String draw(String metric, double negligible) {
    int height = TOP + rows.size() * ROW + AXIS;
    svg.append(
        "<svg class=gains viewBox='0 0 %d %d' role=img aria-label='gain of %s per cell'>"
            .formatted(WIDTH, height, Html.text(metric)));
    int bottom = TOP + rows.size() * ROW;
    add(
        "<rect class=negligible x='%.1f' y='%d' width='%.1f' height='%d'/>",
        x(-negligible), TOP, x(negligible) - x(-negligible), bottom - TOP);
    axis(bottom);
    for (int i = 0; i < rows.size(); i++) {
      boolean named = i > 0 && rows.get(i - 1).cell().equals(rows.get(i).cell());
      row(rows.get(i), named, TOP + i * ROW + ROW / 2);
    }
    return svg.append("</svg>").toString();
  }

  private void axis(int bottom) {
    double step = step((high - low) / TICKS);
    int decimals = step >= 1 ? 0 : step >= 0.1 ? 1 : 2;
    for (double tick = Math.ceil(low / step) * step; tick <= high; tick += step) {
      boolean zero = Math.abs(tick) < step / 2;
      add(
          "<line class=%s x1='%.1f' x2='%.1f' y1='%d' y2='%d'/>",
          zero ? "zero" : "grid", x(tick), x(tick), TOP, bottom);
      add(
          "<text class=tick x='%.1f' y='%d' text-anchor=middle>%s</text>",
          x(tick), bottom + 16, Html.pretty(Digits.signed(zero ? 0 : tick, decimals) + " %"));
    }
  }

  private void row(RunView.Placed placed, boolean named, int y) {
    Gains.Row row = placed.row();
    String verdict = row.verdict().word();
    svg.append("<g class='row v").append(variants.indexOf(row.variant())).append("'>");
    String label = names.full(placed.cell());
    if (!named) {
      add("<text class=label x='%d' y='%d'>%s</text>", 0, y + 4, Html.text(label));
    }
    if (!one) {
      add(
          "<text class=variant x='%d' y='%d' text-anchor=end>%s</text>",
          left() - 10, y + 4, Html.text(row.variant()));
    }
    OptionalDouble gain = end(row.gain());
    if (gain.isPresent()) {
      double at = x(gain.getAsDouble() * 100);
      add(
          "<rect class=bar x='%.1f' y='%d' width='%.1f' height='12' rx='2'/>",
          Math.min(at, x(0)), y - 6, Math.abs(at - x(0)));
      OptionalDouble from = end(row.low());
      OptionalDouble to = end(row.high());
      if (from.isPresent() && to.isPresent()) {
        double a = x(from.getAsDouble() * 100);
        double b = x(to.getAsDouble() * 100);
        add(
            "<path class=whisker d='M%.1f %dV%dM%.1f %dH%.1fM%.1f %dV%d'/>",
            a, y - 4, y + 4, a, y, b, b, y - 4, y + 4);
      }
      add("<circle class=dot cx='%.1f' cy='%d' r='3.2'/>", at, y);
    }
    add(
        "<text class=value x='%d' y='%d' text-anchor=end>%s</text>",
        WIDTH - RIGHT + 78, y + 4, Html.pretty(Digits.gain(row)));
    add(
        "<text class='verdict %s' x='%d' y='%d'>%s</text>",
        verdict, WIDTH - RIGHT + 94, y + 4, verdict);
    add(
        "<title>%s, %s: %s %s, n = %d blocks, %s</title></g>",
        Html.text(label),
        Html.text(row.variant()),
        Html.pretty(Digits.gain(row)),
        Html.pretty(Digits.interval(row)),
        row.blocks(),
        verdict);
  }

  private int left() {
    int label = rows.stream().mapToInt(p -> names.full(p.cell()).length()).max().orElse(0);
    int variant =
        one ? 0 : rows.stream().mapToInt(p -> p.row().variant().length()).max().orElse(0) + 2;
    return Math.min(LEFT, 24 + LETTER * (label + variant));
  }

  private double x(double percent) {
    return left() + (percent - low) / (high - low) * (WIDTH - left() - RIGHT);
  }

  /** 1, 2 or 5 times a power of ten. */
  private static double step(double rough) {
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double share = rough / power;
    return (share <= 1 ? 1 : share <= 2 ? 2 : share <= 5 ? 5 : 10) * power;
  }

  private void add(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values));
  }
}
