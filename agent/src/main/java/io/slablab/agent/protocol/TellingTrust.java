package io.slablab.agent.protocol;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.security.auth.x500.X500Principal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks another judge of certificates, and writes to the log what it refuses and why. */
final class TellingTrust extends X509ExtendedTrustManager {
  private static final Logger LOG = LoggerFactory.getLogger(TellingTrust.class);
  private static final int MOST_NAME = 100;

  private final X509ExtendedTrustManager judge;

  TellingTrust(X509ExtendedTrustManager judge) {
    this.judge = judge;
  }

  private interface Check {
    void run() throws CertificateException;
  }

  private static void told(X509Certificate[] chain, Check check) throws CertificateException {
    try {
      check.run();
    } catch (CertificateException e) {
      LOG.warn("refused a connection: {}", reason(chain, e));
      throw e;
    }
  }

  private static String reason(X509Certificate[] chain, CertificateException e) {
    if (chain.length == 0) {
      return "it shows no certificate of this lab";
    }
    X509Certificate shown = chain[0];
    String whose =
        "it shows a certificate of %s, issued by %s,"
            .formatted(name(shown.getSubjectX500Principal()), name(shown.getIssuerX500Principal()));
    try {
      shown.checkValidity();
      return whose + " which is not of this lab: " + String.valueOf(e.getMessage());
    } catch (CertificateException _) {
      return "%s which is good from %s to %s only"
          .formatted(whose, shown.getNotBefore().toInstant(), shown.getNotAfter().toInstant());
    }
  }

  private static String name(X500Principal principal) {
    return shortened(principal.getName());
  }

  /** Text from another machine, short and in one line. */
  static String shortened(String name) {
    String text = name.replaceAll("\\p{Cntrl}", "?");
    return text.length() <= MOST_NAME ? text : text.substring(0, MOST_NAME) + "...";
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    told(chain, () -> judge.checkClientTrusted(chain, type, engine));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    told(chain, () -> judge.checkServerTrusted(chain, type, engine));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    told(chain, () -> judge.checkClientTrusted(chain, type, socket));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    told(chain, () -> judge.checkServerTrusted(chain, type, socket));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    told(chain, () -> judge.checkClientTrusted(chain, type));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    told(chain, () -> judge.checkServerTrusted(chain, type));
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return judge.getAcceptedIssuers();
  }
}
