package io.slablab.coordinator.deploy.pki;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Makes keys and signs certificates. The signatures are the JDK's; the library builds what is
 * signed.
 */
final class Issuer {
  /** The alternative name that all certificates share; whose one is, its common name says. */
  static final String SHARED_NAME = "slablab";

  /** Hosts whose clocks differ agree all the same that a new certificate is valid. */
  private static final Duration BACKDATED = Duration.ofDays(2);

  private static final SecureRandom RANDOM = new SecureRandom();

  private final X500Name name;
  private final PrivateKey key;

  private Issuer(X500Name name, PrivateKey key) {
    this.name = name;
    this.key = key;
  }

  static Issuer of(X509Certificate authority, PrivateKey key) {
    return new Issuer(X500Name.getInstance(authority.getSubjectX500Principal().getEncoded()), key);
  }

  static KeyPair newKey(String algorithm, int bits) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    generator.initialize(bits, RANDOM);
    return generator.generateKeyPair();
  }

  /** A new authority's own certificate. */
  static X509Certificate authority(KeyPair key, Instant now, Duration validity)
      throws IOException, GeneralSecurityException {
    X500Name name = commonName("slablab lab %08x".formatted(RANDOM.nextInt()));
    JcaX509v3CertificateBuilder builder = builder(name, name, key.getPublic(), now, validity);
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
    builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
    return sign(builder, key.getPrivate());
  }

  /** A certificate for one host, as client and as server. */
  X509Certificate issue(String host, PublicKey of, Instant now, Duration validity)
      throws IOException, GeneralSecurityException {
    JcaX509v3CertificateBuilder builder = builder(name, commonName(host), of, now, validity);
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
    builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
    builder.addExtension(
        Extension.extendedKeyUsage,
        false,
        new ExtendedKeyUsage(
            new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth}));
    builder.addExtension(
        Extension.subjectAlternativeName,
        false,
        new GeneralNames(new GeneralName(GeneralName.dNSName, SHARED_NAME)));
    return sign(builder, key);
  }

  private static JcaX509v3CertificateBuilder builder(
      X500Name issuer, X500Name subject, PublicKey of, Instant now, Duration validity) {
    return new JcaX509v3CertificateBuilder(
        issuer,
        new BigInteger(127, RANDOM).setBit(126),
        Date.from(now.minus(BACKDATED)),
        Date.from(now.plus(validity)),
        subject,
        of);
  }

  private static X500Name commonName(String name) {
    return new X500NameBuilder().addRDN(BCStyle.CN, name).build();
  }

  private static X509Certificate sign(JcaX509v3CertificateBuilder builder, PrivateKey key)
      throws GeneralSecurityException {
    try {
      return new JcaX509CertificateConverter()
          .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
    } catch (OperatorCreationException e) {
      throw new GeneralSecurityException(e);
    }
  }
}
