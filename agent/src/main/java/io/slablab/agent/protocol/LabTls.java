package io.slablab.agent.protocol;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.remote.artery.tcp.SSLEngineProvider;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Option;

/**
 * TLS 1.3 from the files of a {@link HostIdentity}, with a line in the log for each peer that is
 * refused and why: the transport itself says nothing on the side that refuses.
 *
 * <p>A connection uses the files as they are when it is made, so that a renewed certificate needs
 * no restart. Made by Pekko. Threads: any.
 */
public final class LabTls implements SSLEngineProvider {
  static final String FOLDER = "slablab.identity";

  /** Pekko address of the coordinator; empty for the coordinator itself. */
  static final String COORDINATOR = "slablab.coordinator";

  private static final Logger LOG = LoggerFactory.getLogger(LabTls.class);
  private static final String[] PROTOCOLS = {"TLSv1.3"};

  private final Path folder;
  private final String coordinator;
  private final ShownNames names;
  private FileTime read = FileTime.fromMillis(0);
  private @Nullable SSLContext context;

  public LabTls(ActorSystem system) {
    this.folder = Path.of(system.settings().config().getString(FOLDER));
    this.coordinator = system.settings().config().getString(COORDINATOR);
    this.names = ShownNames.of(system);
  }

  @Override
  public SSLEngine createServerSSLEngine(String host, int port) {
    SSLEngine engine = engine(host, port);
    engine.setUseClientMode(false);
    // Wanted, and demanded by verifyServerSession, which can say so in the log.
    engine.setWantClientAuth(true);
    return engine;
  }

  @Override
  public SSLEngine createClientSSLEngine(String host, int port) {
    SSLEngine engine = engine(host, port);
    engine.setUseClientMode(true);
    return engine;
  }

  private SSLEngine engine(String host, int port) {
    SSLEngine engine = context().createSSLEngine(host, port);
    engine.setEnabledProtocols(PROTOCOLS);
    return engine;
  }

  /** Called at the end of a handshake, before a byte of the peer's is passed on. */
  @Override
  public Option<Throwable> verifyServerSession(String host, SSLSession session) {
    try {
      session.getPeerCertificates();
      return Option.empty();
    } catch (SSLPeerUnverifiedException e) {
      LOG.warn("refused a connection: it shows no certificate of this lab");
      return Option.apply(e);
    }
  }

  /**
   * Called at the end of a handshake, before a byte is sent or taken. What is shown here proves who
   * listens at an address; a certificate that comes with a connection from there proves nothing of
   * it.
   */
  @Override
  public Option<Throwable> verifyClientSession(String host, SSLSession session) {
    try {
      String name = HostIdentity.owner((X509Certificate) session.getPeerCertificates()[0]);
      String place = ShownNames.place(session.getPeerHost(), session.getPeerPort());
      if (coordinator.endsWith("@" + place) && !name.equals(HostIdentity.COORDINATOR)) {
        String why =
            "%s shows a certificate of %s, who is no coordinator"
                .formatted(place, TellingTrust.shortened(name));
        LOG.warn("refused a connection: {}", why);
        return Option.apply(new SSLPeerUnverifiedException(why));
      }
      names.shown(session.getPeerHost(), session.getPeerPort(), name);
      return Option.empty();
    } catch (SSLPeerUnverifiedException e) {
      return Option.apply(e); // a server without certificate ends no handshake
    }
  }

  private synchronized SSLContext context() {
    try {
      // The certificate is written last, so that its time is the identity's.
      FileTime now = Files.getLastModifiedTime(HostIdentity.in(folder).certificate());
      SSLContext known = context;
      if (known == null || !now.equals(read)) {
        known = context(HostIdentity.read(folder));
        context = known;
        read = now;
      }
      return known;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(folder + ": " + e.getMessage(), e);
    }
  }

  private static SSLContext context(HostIdentity identity)
      throws IOException, GeneralSecurityException {
    Certificate authority = certificate(identity.authority());
    KeyStore keys = empty();
    keys.setKeyEntry(
        "host",
        key(identity.key()),
        new char[0],
        new Certificate[] {certificate(identity.certificate())});
    KeyManagerFactory ours = KeyManagerFactory.getInstance("PKIX");
    ours.init(keys, new char[0]);
    KeyStore trusted = empty();
    trusted.setCertificateEntry("lab", authority);
    TrustManagerFactory theirs = TrustManagerFactory.getInstance("PKIX");
    theirs.init(trusted);
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(
        ours.getKeyManagers(), new TrustManager[] {telling(theirs.getTrustManagers())}, null);
    return context;
  }

  private static KeyStore empty() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static Certificate certificate(String pem) throws CertificateException {
    return CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
  }

  private static PrivateKey key(String pem) throws GeneralSecurityException {
    byte[] encoded = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
    return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(encoded));
  }

  private static TrustManager telling(TrustManager[] managers) {
    for (TrustManager manager : managers) {
      if (manager instanceof X509ExtendedTrustManager judge) {
        return new TellingTrust(judge);
      }
    }
    throw new IllegalStateException("no judge of certificates among " + managers.length);
  }
}
