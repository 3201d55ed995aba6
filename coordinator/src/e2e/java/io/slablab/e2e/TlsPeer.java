package io.slablab.e2e;

import io.slablab.agent.protocol.HostIdentity;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509KeyManager;
import javax.net.ssl.X509TrustManager;

/** Somebody who connects to a coordinator with an identity of its own and believes everybody. */
final class TlsPeer {
  private static final int PATIENCE_MS = 3_000;

  private TlsPeer() {}

  /** Whether the coordinator ended the connection before it took a byte. */
  static boolean refused(String address, HostIdentity identity)
      throws IOException, GeneralSecurityException {
    int colon = address.lastIndexOf(':');
    String host = address.substring(0, colon);
    int port = Integer.parseInt(address.substring(colon + 1));
    SSLContext context = context(identity);
    try (Socket plain = new Socket(host, port);
        SSLSocket socket =
            (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true)) {
      socket.setSoTimeout(PATIENCE_MS);
      return isEnded(socket);
    }
  }

  /** In TLS 1.3 a client is through before the server has looked at its certificate. */
  private static boolean isEnded(SSLSocket socket) {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketTimeoutException _) {
      return false;
    } catch (IOException _) {
      return true;
    }
  }

  private static SSLContext context(HostIdentity identity)
      throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    byte[] key = Base64.getMimeDecoder().decode(identity.key().replaceAll("-----[A-Z ]+-----", ""));
    Certificate certificate =
        CertificateFactory.getInstance("X.509")
            .generateCertificate(
                new ByteArrayInputStream(
                    identity.certificate().getBytes(StandardCharsets.US_ASCII)));
    keys.setKeyEntry(
        Insistent.ALIAS,
        KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(key)),
        new char[0],
        new Certificate[] {certificate});
    KeyManagerFactory own = KeyManagerFactory.getInstance("SunX509"); // calls keys by their aliases
    own.init(keys, new char[0]);
    KeyManager shown = new Insistent((X509KeyManager) own.getKeyManagers()[0]);
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(new KeyManager[] {shown}, new TrustManager[] {new Believer()}, null);
    return context;
  }

  /** Shows its certificate also to who did not ask for one of its issuer. */
  private record Insistent(X509KeyManager keys) implements X509KeyManager {
    private static final String ALIAS = "peer";

    @Override
    public String[] getClientAliases(String type, Principal[] issuers) {
      return new String[] {ALIAS};
    }

    @Override
    public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
      return ALIAS;
    }

    @Override
    public String[] getServerAliases(String type, Principal[] issuers) {
      return new String[0];
    }

    @Override
    public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
      return ALIAS;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return keys.getCertificateChain(alias);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return keys.getPrivateKey(alias);
    }
  }

  private static final class Believer implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
