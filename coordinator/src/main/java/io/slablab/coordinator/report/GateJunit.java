package io.slablab.coordinator.report;

import io.slablab.coordinator.verdict.gate.GateCell;
import io.slablab.coordinator.verdict.gate.GateReport;
import io.slablab.coordinator.verdict.gate.Outcome;
import io.slablab.coordinator.verdict.gate.Subject;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * A gate as JUnit XML: one suite per host, one case per comparison. A regression is a failure,
 * infrastructure an error, inconclusive is skipped.
 */
public final class GateJunit {
  /** Letters that XML 1.0 has no way to write. */
  private static final String UNWRITABLE =
      "[^\\t\\n\\r\\x{20}-\\x{D7FF}\\x{E000}-\\x{FFFD}\\x{10000}-\\x{10FFFF}]";

  private final GateReport report;
  private final RunView run;
  private final XMLStreamWriter xml;
  private final Map<Subject.Key, Double> measuredSeconds = new HashMap<>();

  private GateJunit(GateReport report, RunView run, XMLStreamWriter xml) {
    this.report = report;
    this.run = run;
    this.xml = xml;
    for (TrialView trial : run.trials()) {
      measuredSeconds.merge(
          new Subject.Key(trial.host(), trial.cell(), trial.variant()),
          seconds(trial),
          Double::sum);
    }
  }

  public static String render(GateReport report, RunView run) {
    StringWriter text = new StringWriter();
    try {
      XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
      new GateJunit(report, run, xml).all();
      xml.close();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("writing into memory fails never", e);
    }
    return text.append('\n').toString();
  }

  private void all() throws XMLStreamException {
    xml.writeStartDocument("UTF-8", "1.0");
    xml.writeCharacters("\n");
    xml.writeStartElement("testsuites");
    attribute("name", "slablab gate " + report.suite());
    counts(report.cells());
    Map<String, List<GateCell>> hosts =
        report.cells().stream()
            .collect(
                Collectors.groupingBy(GateCell::host, LinkedHashMap::new, Collectors.toList()));
    for (Map.Entry<String, List<GateCell>> host : hosts.entrySet()) {
      suite(host.getKey(), host.getValue());
    }
    xml.writeCharacters("\n");
    xml.writeEndElement();
    xml.writeEndDocument();
  }

  private void suite(String host, List<GateCell> cells) throws XMLStreamException {
    start("\n  ", "testsuite");
    attribute("name", report.suite() + "." + host);
    counts(cells);
    attribute("hostname", host);
    if (!report.startedAt().isEmpty()) {
      attribute("timestamp", report.startedAt());
    }
    start("\n    ", "properties");
    property("campaign", report.campaign());
    property("against", report.against());
    property("seed", Long.toString(report.seed()));
    for (RunView.HostView view : run.hosts()) {
      if (view.name().equals(host)) {
        for (Map.Entry<String, String> field :
            view.conditions().getOrDefault("identity", Map.of()).entrySet()) {
          property(field.getKey(), field.getValue());
        }
      }
    }
    end("\n    ");
    for (GateCell cell : cells) {
      testcase(cell);
    }
    end("\n  ");
  }

  private void property(String name, String value) throws XMLStreamException {
    xml.writeCharacters("\n      ");
    xml.writeEmptyElement("property");
    attribute("name", name);
    attribute("value", value);
  }

  /** A cell's id and the variant make the name: no two cases of a suite share one. */
  private void testcase(GateCell cell) throws XMLStreamException {
    start("\n    ", "testcase");
    attribute("classname", report.suite() + "." + cell.workload());
    attribute("name", cell.id() + "/" + cell.variant() + "/" + cell.metric());
    attribute("time", seconds(measured(cell)));
    String message = GateWords.gain(cell) + ": " + GateWords.why(cell, report);
    switch (cell.outcome()) {
      case REGRESSION -> result("failure", "regression", message, cell);
      case INFRASTRUCTURE -> result("error", "infrastructure", message, cell);
      case INCONCLUSIVE -> {
        xml.writeCharacters("\n      ");
        xml.writeEmptyElement("skipped");
        attribute("message", message);
      }
      case PASSED -> result("system-out", "", message, cell);
    }
    end("\n    ");
  }

  private void result(String element, String type, String message, GateCell cell)
      throws XMLStreamException {
    start("\n      ", element);
    if (!type.isEmpty()) {
      attribute("type", type);
      attribute("message", message);
    }
    String details = type.isEmpty() ? message : String.join("\n", cell.warnings());
    xml.writeCharacters(writable(details));
    xml.writeEndElement();
  }

  private void counts(List<GateCell> cells) throws XMLStreamException {
    attribute("tests", Integer.toString(cells.size()));
    attribute("failures", count(cells, Outcome.REGRESSION));
    attribute("errors", count(cells, Outcome.INFRASTRUCTURE));
    attribute("skipped", count(cells, Outcome.INCONCLUSIVE));
    double time = 0;
    for (GateCell cell : cells) {
      time += measured(cell);
    }
    attribute("time", seconds(time));
  }

  private static String count(List<GateCell> cells, Outcome outcome) {
    return Long.toString(cells.stream().filter(cell -> cell.outcome() == outcome).count());
  }

  /** Seconds of the treatment's trials; those that do not tell their times count for nothing. */
  private double measured(GateCell cell) {
    return measuredSeconds.getOrDefault(cell.key(), 0.0);
  }

  private static double seconds(TrialView trial) {
    try {
      return Math.max(
          0,
          Duration.between(Instant.parse(trial.startedAt()), Instant.parse(trial.endedAt()))
                  .toMillis()
              / 1000.0);
    } catch (DateTimeParseException _) {
      return 0;
    }
  }

  private static String seconds(double seconds) {
    return String.format(Locale.ROOT, "%.3f", seconds);
  }

  private void start(String indent, String element) throws XMLStreamException {
    xml.writeCharacters(indent);
    xml.writeStartElement(element);
  }

  private void end(String indent) throws XMLStreamException {
    xml.writeCharacters(indent);
    xml.writeEndElement();
  }

  private void attribute(String name, String value) throws XMLStreamException {
    xml.writeAttribute(name, writable(value));
  }

  private static String writable(String text) {
    return text.replaceAll(UNWRITABLE, " ");
  }
}
