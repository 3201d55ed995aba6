package io.slablab.coordinator.cli;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.joran.spi.JoranException;
import java.net.URL;
import org.slf4j.LoggerFactory;

/** Where this process logs: the file that a property names, or nowhere. */
final class CampaignLog {
  /** Read by logback.xml. */
  static final String PROPERTY = "slablab.log";

  private CampaignLog() {}

  /** Reads the property again, for all loggers there are. */
  static void reopen() {
    URL configuration = CampaignLog.class.getResource("/logback.xml");
    if (configuration == null
        || !(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
      return;
    }
    context.reset();
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    try {
      configurator.doConfigure(configuration);
    } catch (JoranException e) {
      throw new IllegalStateException("logback.xml is the program's own", e);
    }
  }
}
