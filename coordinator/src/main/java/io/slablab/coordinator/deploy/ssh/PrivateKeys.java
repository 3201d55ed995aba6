package io.slablab.coordinator.deploy.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.util.security.SecurityUtils;

/** The keys that log in. */
final class PrivateKeys {
  private static final List<String> USUAL = List.of("id_ed25519", "id_ecdsa", "id_rsa");

  private static final Set<PosixFilePermission> OWNERS =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private PrivateKeys() {}

  /**
   * @param named the only key to try; absent for the usual ones in {@code sshFolder}
   * @return at least one file
   */
  static List<Path> files(Optional<Path> named, Path sshFolder) throws SshException {
    if (named.isPresent()) {
      return List.of(named.get());
    }
    List<Path> usual = USUAL.stream().map(sshFolder::resolve).filter(Files::exists).toList();
    if (usual.isEmpty()) {
      throw login(
          sshFolder
              + ": has no private key ("
              + String.join(", ", USUAL)
              + "): make one with 'ssh-keygen -t ed25519', or name one as"
              + " ansible_ssh_private_key_file");
    }
    return usual;
  }

  /** Reads a private key that nobody but its owner can read. */
  static List<KeyPair> load(Path file) throws SshException {
    checkPrivate(file);
    List<KeyPair> keys = new ArrayList<>();
    try (InputStream in = Files.newInputStream(file)) {
      Iterable<KeyPair> read =
          SecurityUtils.loadKeyPairIdentities(
              null, NamedResource.ofName(file.toString()), in, FilePasswordProvider.EMPTY);
      if (read != null) {
        read.forEach(keys::add);
      }
    } catch (IOException | GeneralSecurityException | RuntimeException _) {
      // what a library says of the inside of a key stays out of messages
      throw login(
          file
              + ": is no private key that can be used: one in OpenSSH's format, without a"
              + " passphrase");
    }
    if (keys.isEmpty()) {
      throw login(file + ": holds no private key");
    }
    return keys;
  }

  private static void checkPrivate(Path file) throws SshException {
    try {
      Set<PosixFilePermission> more = EnumSet.noneOf(PosixFilePermission.class);
      more.addAll(Files.getPosixFilePermissions(file));
      more.removeAll(OWNERS);
      if (!more.isEmpty()) {
        throw login(
            file
                + ": others than its owner can read or write this private key\n    chmod 600 "
                + file);
      }
    } catch (SshException e) {
      throw e;
    } catch (IOException _) {
      throw login(file + ": there is no such private key, or it cannot be read");
    }
  }

  private static SshException login(String message) {
    return new SshException(SshException.Kind.LOGIN, message);
  }
}
